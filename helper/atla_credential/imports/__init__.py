"""What other programs keep, and how it becomes a profile: the logins of another's file, one after the other."""
