"""Cases: opened, answered, followed, closed."""
