"""Facts about the world that no host carries: dates and names, each with where it was taken from."""
