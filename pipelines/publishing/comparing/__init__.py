"""One edition beside another: what changed, by which cause, and what stood in front of whom."""
