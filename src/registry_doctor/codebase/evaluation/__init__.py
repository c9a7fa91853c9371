"""What a Python expression can be: values, branches and functions, computed without running any code."""
