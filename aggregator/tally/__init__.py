"""From hosts to firms to sums: what a firm contributes is one 0/1 vector, and only sums of vectors go further."""
