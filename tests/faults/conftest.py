"""Both databases here too."""

from databases import either_database, postgresql_server

__all__ = ["either_database", "postgresql_server"]
