"""One delivery's way from the landing store to the rows that count: received, accepted or
quarantined, current.

Belongs here: what calls transports, parsers and contracts in their order. Does not belong here:
reading a format (`connectors`), judging a delivery (`quality`), storing bytes (`landing`), any
measure (dbt).
"""
