"""From marts to an edition: protect, freeze, render, verify, compare, explain.

What a template can read has passed `disclosure`; what was published is never changed afterwards.
"""
