"""Everything that changes the database, in order, kept in a folder if it is to outlive the process."""
