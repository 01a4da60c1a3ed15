"""The chapter `book/lstm_windows.md`: what it measures, claims, draws and places."""
