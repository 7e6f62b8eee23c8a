"""Freezing, withdrawing, verifying and repeating what was published."""
