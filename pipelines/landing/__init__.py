"""Every byte a source ever sent, by its sha256, and an append-only manifest of every attempt to get
it.

Belongs here: storing and naming. Does not belong here: fetching (`connectors`), reading
(`connectors.parsers`).
"""
