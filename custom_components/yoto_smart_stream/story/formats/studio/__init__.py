"""Packs of Lunii STUdio."""
