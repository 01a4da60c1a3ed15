"""The chapter `book/weight_decay.md`: a penalty on long weights, what it does, and what not."""
