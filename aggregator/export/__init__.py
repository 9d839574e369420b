"""Released figures for everybody: a data package, a database to browse, and a catalogue entry. Nothing else leaves."""
