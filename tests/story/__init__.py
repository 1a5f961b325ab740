"""Tests of the package story."""
