"""Templates for registers that people fill in, and what has to be corrected in them."""
