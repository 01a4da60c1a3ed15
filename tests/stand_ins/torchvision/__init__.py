"""Stands in for the package of that name, which has no build beside PyTorch's for processors."""
