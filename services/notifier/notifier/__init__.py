"""Mail: who is told what, once."""
