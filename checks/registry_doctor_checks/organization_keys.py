"""What to do where an organization accepts only API keys that were made for it (server shape K1)."""

KEY_STEP = (
    "Your organization may accept only API keys that were made for it. Other keys sign in but do not show it."
    " If so, make a key for this organization in the web app and use that key."
)
