"""What crosses HTTP, by noun."""
