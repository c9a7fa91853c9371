"""Files of a code base: Python files, notebooks, folders and ignore rules."""
