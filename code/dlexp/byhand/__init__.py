"""The mechanisms of the book in plain NumPy, one module per noun."""
