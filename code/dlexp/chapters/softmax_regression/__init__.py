"""The chapter `book/softmax_regression.md`: ten classes, one layer, and what it can learn."""
