"""A cluster of invented firms that behaves like published statistics say, through the real protocol."""
