"""What `ls` walks through: organizations, registries, collections and versions that a person can see."""
