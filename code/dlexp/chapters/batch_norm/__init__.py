"""The chapter `book/batch_norm.md`: what it measures, claims, draws and places."""
