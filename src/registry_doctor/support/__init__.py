"""Small tools that know nothing of registries."""
