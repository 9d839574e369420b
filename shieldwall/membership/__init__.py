"""Who belongs to a cluster and whom they believe: invited, enrolled, let in again, and what is signed offline."""
