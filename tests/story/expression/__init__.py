"""Tests of the package story.expression."""
