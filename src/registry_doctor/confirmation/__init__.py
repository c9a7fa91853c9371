"""A second opinion: the installed wandb makes the very call, and a guard stops it before it writes."""
