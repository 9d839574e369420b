"""Bytes that mean one thing: written canonically, signed as they are, read by closed schemas."""
