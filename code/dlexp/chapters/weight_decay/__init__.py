"""The chapter `book/weight_decay.md`: a penalty on large weights, what it does, and what not."""
