"""The chapter of the tiny book."""
