"""What changes the database, and the rules for it."""
