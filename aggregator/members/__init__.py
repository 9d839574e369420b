"""Who takes part: firms, their invitations, and how an invitation becomes an agent."""
