"""Formats of stories: reading and writing them."""
