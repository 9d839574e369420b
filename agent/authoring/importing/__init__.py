"""Rules that a firm wrote for another tool, as checks of ours. Nothing of the imported file is ever run."""
