"""What was found, answered, accepted and confirmed here. It stays at home; nothing in it is ever sent."""
