"""The chapter `book/pooling_dropout.md`: what it measures, claims, draws and places."""
