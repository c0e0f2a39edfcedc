"""What stores, commands and the rooms below them share; no `get` that answers by itself loads it."""
