"""Tests of the package story.rehearsing."""
