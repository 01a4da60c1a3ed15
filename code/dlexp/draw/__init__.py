"""How numbers become figures and tables, and how these get into a page."""
