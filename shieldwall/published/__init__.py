"""What a cluster publishes, and the attacks that anybody can try on it."""
