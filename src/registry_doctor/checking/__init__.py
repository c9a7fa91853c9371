"""What a check is: the decorator, its results, the plugins that provide checks, and their pages."""
