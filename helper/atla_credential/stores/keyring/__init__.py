"""The keyrings of operating systems."""
