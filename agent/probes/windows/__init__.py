"""What the other probes tell of Linux, told of Windows: from the registry and interfaces, never from text."""
