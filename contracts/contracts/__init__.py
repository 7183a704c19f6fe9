"""What is said on the bus: every event, declared once."""
