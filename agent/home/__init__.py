"""What makes this installation the one it is: its folder, key and machine, settings, pack and database file."""
