"""The chapter `book/logistic_regression.md`: what it measures, claims, draws and places."""
