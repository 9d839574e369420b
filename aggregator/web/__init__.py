"""The aggregator's face: protocol v1, the log, and releases as fixed files."""
