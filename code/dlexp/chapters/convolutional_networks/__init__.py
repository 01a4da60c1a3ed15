"""The chapter `book/convolutional_networks.md`: why convolution, and how far it goes."""
