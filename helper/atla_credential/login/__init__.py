"""What makes a profile out of what a person gives: the account, its store, the token."""
