"""What a site says of a token: what is asked of whom, and what the answers mean. No other room uses a network."""
