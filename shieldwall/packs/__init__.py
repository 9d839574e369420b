"""Checks and policies together: where they lie, what they are under one digest, how they travel."""
