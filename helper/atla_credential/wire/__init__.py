"""git's protocol: bytes, messages, requests."""
