"""Bridges of others, as far as their behaviour was recorded: the reference bridge in their dress."""
