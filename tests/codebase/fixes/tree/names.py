"""Names that the other files share."""

ORGANIZATION, MODELS = "acme-robotics", 'model'  # as people say them
STAGE = """production"""
