"""Deep Learning by Experiment: the tested package that the book's pages run.

Importing it costs nothing; every part is imported by its own name.
"""

__version__ = "0.1.0"
