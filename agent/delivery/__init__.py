"""What is said to the cluster, and how it gets there once and in order."""
