"""Internal editions: what a city may see under a recorded agreement, and nobody else."""
