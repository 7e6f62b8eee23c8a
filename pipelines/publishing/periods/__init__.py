"""Quarters and years: figures of several months as a view of one monthly edition."""
