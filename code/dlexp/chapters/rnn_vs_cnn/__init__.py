"""The chapter `book/rnn_vs_cnn.md`: what it measures, claims, draws and places."""
