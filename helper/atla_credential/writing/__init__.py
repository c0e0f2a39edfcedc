"""All that changes a file of ours, or moves a token from one store to another."""
