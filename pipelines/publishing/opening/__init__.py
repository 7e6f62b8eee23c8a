"""A published figure opened: formula with its numbers, factors, deliveries, earlier editions."""
