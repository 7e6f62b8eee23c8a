"""How deliveries are fetched and what they look like inside: transports and parsers, none of which
knows a district.

Belongs here: bytes from a folder or a server, bytes to canonical rows. Does not belong here:
keeping bytes (`landing`), judging rows (`quality`).
"""
