"""What may leave the house: protected tables, and every figure that would give a hidden one back."""
