"""One machine's worth of real parts, and demo data."""
