"""The shared words of Shieldwall: what a check, an outcome, a statement and a signature are."""

__version__ = "0.1.0"
