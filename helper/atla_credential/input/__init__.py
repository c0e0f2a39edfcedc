"""What a person gives, checked."""
