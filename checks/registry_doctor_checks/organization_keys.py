"""What to do where an organization accepts only API keys that were made for it (server shape K1)."""

from registry_doctor.plugin import Fix

KEY_STEP = (
    "Your organization may accept only API keys that were made for it. Other keys sign in but do not show it."
    " If so, make a key for this organization in the web app and use that key."
)

KEY_FIX = Fix("use a key of the organization", steps=(KEY_STEP,))
"""The second remedy, after that for a wrong name, which is likelier."""
