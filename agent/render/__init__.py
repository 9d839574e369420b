"""Results as a reader wants them; one file a format."""
