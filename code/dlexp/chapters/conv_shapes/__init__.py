"""The chapter `book/conv_shapes.md`: what it measures, claims, draws and places."""
