"""The language of checks: what is looked at, what is expected, and what follows from what was seen."""
