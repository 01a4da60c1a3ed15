"""What a function by hand is held to: checks of five kinds, for the book's own and a student's."""
