"""What agents trust: roots and targets people sign offline, packs and addresses in them, kept fresh online."""
