"""What is known of profiles, and why one answers or does not; never a token."""
