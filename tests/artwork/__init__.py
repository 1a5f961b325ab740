"""Tests of artwork."""
