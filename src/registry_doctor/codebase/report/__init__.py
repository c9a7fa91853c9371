"""What a preflight says: the model, the baseline, and a module for each format."""
