"""What the chapter on weight decay claims."""
