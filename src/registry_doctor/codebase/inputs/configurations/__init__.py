"""Target paths in YAML, TOML and JSON: read with places, resolved, and judged by the names of their keys."""
