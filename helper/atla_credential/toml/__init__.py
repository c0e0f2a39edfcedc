"""TOML without a library."""
