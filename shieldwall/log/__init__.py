"""The transparency log: its tree, what is signed about it, and what proves that a message stands in it."""
