"""Alembic's folder: one file a version, run by aggregator.database.versions and shipped in the wheel."""
