"""Tests of what is told of the address for players."""
