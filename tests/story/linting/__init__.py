"""Tests of the package story.linting."""
