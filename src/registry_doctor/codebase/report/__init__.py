"""The report of a preflight: the model, the baseline, and a module for each format."""
