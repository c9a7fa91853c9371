"""One diagnosis, or many: plan the checks, run them, suggest a path, and make the report."""
