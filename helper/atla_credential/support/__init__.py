"""What the stores and the commands share; `get` never loads it."""
