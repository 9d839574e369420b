"""What firms stated: accepted once, in order, sealed while its period is open, gone when it is frozen."""
