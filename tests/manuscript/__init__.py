"""Structured text and its places."""
