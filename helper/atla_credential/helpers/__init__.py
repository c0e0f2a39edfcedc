"""Other git-style helpers."""
