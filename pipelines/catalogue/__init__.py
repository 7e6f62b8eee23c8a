"""What is declared once: datasets, formats, districts, KPIs, factors. Imports nothing of ours.

Belongs here: the typed declarations, their loader and its errors, and the shared YAML files. Does not belong
here: anything that touches data.
"""
