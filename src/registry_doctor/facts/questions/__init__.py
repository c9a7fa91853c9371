"""The questions that facts ask the server."""
