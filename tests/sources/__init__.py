"""Tests of where audio comes from, as far as that needs no Home Assistant."""
