"""The facts of macOS: the same as those of Linux, by property lists and the few tools that know more than a file does.

Every tool asked here speaks English whatever the language of the system: Apple does not translate them.
"""
