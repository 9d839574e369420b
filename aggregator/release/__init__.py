"""A period becomes a release: banded at the freeze, attacked before it is published, signed, never changed."""
