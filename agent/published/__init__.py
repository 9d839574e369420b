"""What a cluster publishes, fetched, verified and held to account by this side."""
