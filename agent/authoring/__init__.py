"""Checks of one's own: begun, brought from other tools, and read for mistakes."""
