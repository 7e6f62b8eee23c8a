"""Dagster only, and thin: assets, checks, jobs, schedules and sensors over what the other rooms do.

Belongs here: names, grain, dependencies, metadata. Does not belong here: any rule about data.
"""
