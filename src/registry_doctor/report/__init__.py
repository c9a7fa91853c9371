"""What a diagnosis says, and its formats: text, JSON, HTML."""
