"""Errors that already happened: W&B's messages found in texts and logs, and explained."""
