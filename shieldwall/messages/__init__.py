"""What an agent says along its chain, and what it is told where that is refused."""
