"""git's own settings: what they say of helpers, and the lines in them that are ours."""
