"""Arrivals: cards that are new in an account, told once."""
