"""The shared machinery every Portico service stands on."""
