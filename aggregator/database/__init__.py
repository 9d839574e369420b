"""The store: tables, how to connect, migrations and the append-only log every writer shares."""
