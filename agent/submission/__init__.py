"""The one door from what is kept to what leaves: an audit becomes a statement, evidence a commitment."""
