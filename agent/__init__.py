"""The firm's side: audits hosts, keeps evidence at home, sends signed outcomes."""
