"""Tests of what any media player can play."""
