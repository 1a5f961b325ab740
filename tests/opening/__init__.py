"""Tests of opening, without Home Assistant."""
