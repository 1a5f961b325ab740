"""Tests of what lives on live cards, as far as it needs no Home Assistant."""
