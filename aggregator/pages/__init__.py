"""The manager's pages: rendered here, working without script, reading nothing but what was released."""
