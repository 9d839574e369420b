"""Judging: what a check expects of facts, in three-valued logic. Pure: values in, verdicts out."""
