"""The chapter `book/keras_tuner.md`: what it measures, claims, draws and places."""
