"""A fleet's tokens, read from a secret engine: the program git-credential-atla-vault, and nobody else's room."""
