"""The chapter `book/transfer_learning.md`: what a network takes along from one task to the next."""
