"""Searching for hyperparameters with Keras Tuner."""
