"""The Sphinx extensions of the book, each one small: see ``_config.yml`` for their list."""
