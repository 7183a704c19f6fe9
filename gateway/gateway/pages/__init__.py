"""Pages of portal and console, by noun, and how they are written."""
