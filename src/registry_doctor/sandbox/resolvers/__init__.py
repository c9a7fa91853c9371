"""How each type of the schema is read."""
