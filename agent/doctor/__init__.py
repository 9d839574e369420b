"""What is wrong with the agent itself, each with the command that mends it. Looks, and changes nothing."""
