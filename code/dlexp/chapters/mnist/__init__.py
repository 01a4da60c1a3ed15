"""The chapter `book/mnist.md`: what the data are, and how to measure honestly."""
