"""A published figure down to the rows of the files it was made of. For the city's machine only.

Belongs here: reading the warehouse, the current rows and landing backwards from one figure; adding the rows up again.
Does not belong here: anything an edition holds. This room stands above `publishing`, so no page of an edition can
import it: what it shows (points, holders, cells of files) never leaves the house.
"""
