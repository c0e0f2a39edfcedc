"""How a profile changes and no token is lost."""
