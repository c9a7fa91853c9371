"""Every registry link and use in a code base, found before anything runs, and whether each will work."""
