"""People who may use the manager's pages: who they are, how they prove it, and the log of what they did."""
