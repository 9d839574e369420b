"""Sender Policy Framework, RFC 7208: record, macros, evaluation."""
