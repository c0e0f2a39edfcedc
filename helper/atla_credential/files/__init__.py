"""How a file of ours changes and nothing is lost."""
