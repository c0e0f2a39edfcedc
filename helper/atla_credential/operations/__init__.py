"""git's four operations."""
