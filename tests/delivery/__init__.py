"""Profiles of players and the check that makes them."""
