"""The figures of the book, one module per slug: each has its ``plot_*`` and its ``alt_*``."""
