"""The figures of the book, one module per slug: ``plot_*(numbers) -> Figure`` and ``alt_*(numbers) -> str``."""
