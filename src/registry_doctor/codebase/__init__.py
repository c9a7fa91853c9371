"""Every registry link and use in a code base: found before the code runs, and judged whether it will work."""
