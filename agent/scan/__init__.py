"""Plan, collect, snapshot, judge: how a host becomes a result."""
