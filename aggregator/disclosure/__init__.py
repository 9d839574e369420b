"""From exact sums to figures nobody can pull apart: bands, the release gate, sticky figures and the attacks on them."""
