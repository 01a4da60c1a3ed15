"""The chapter `book/dense_networks.md`: what hidden layers add, and which choices matter."""
