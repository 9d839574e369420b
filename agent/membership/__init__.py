"""A life in a cluster: let in, believing what its people signed, following it, changing the key, leaving."""
