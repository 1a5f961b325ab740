"""Measurements against peers, in the same run. Never part of a test."""
