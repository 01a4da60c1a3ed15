"""What the page on weight decay shows of its runs."""
