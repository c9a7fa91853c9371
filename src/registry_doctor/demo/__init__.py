"""Five people with the five usual troubles, played against the sandbox with the real SDK (extra `sandbox`)."""
