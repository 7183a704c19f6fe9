"""Articles: written, published, found."""
