"""Who could help whom, by topic, from what firms said of themselves. It reads no result and can import none."""
