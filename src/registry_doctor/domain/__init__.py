"""The pure rules of target paths, organizations and names. Nothing here asks a server or reads a file."""
