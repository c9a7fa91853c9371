"""Find W&B's messages in texts and logs, and explain them."""
