"""What the server is asked: questions, composed documents, and their answers."""
