"""Attacks on releases: run on every real one before it is published, by any firm afterwards, and on naive baselines to
show that they bite. They share no code with the gate."""
