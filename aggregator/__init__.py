"""The cluster's side: receives signed outcomes, builds anonymised releases."""
