"""The one way to look at a host, and the ways in which looking can end without a value."""
