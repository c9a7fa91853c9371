"""What a Python expression can be: values, branches and functions, worked out without running anything."""
