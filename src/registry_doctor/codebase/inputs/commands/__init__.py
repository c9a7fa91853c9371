"""Command lines in a code base: what they give to scripts, and what they fetch with `wandb artifact`."""
