"""Which calls in Python source are wandb's."""
