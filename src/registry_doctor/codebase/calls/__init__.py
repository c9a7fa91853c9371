"""Finding the calls to wandb in Python source."""
