"""Which address belongs to which profile."""
