"""Looking at the firm's domains from outside: what is asked of whom, within which bounds, and what is remembered."""
