"""Target paths in YAML, TOML and JSON: read with their positions, resolved, and judged by the names of their keys."""
