"""Tests of stories as Home Assistant keeps them, without Home Assistant."""
