"""Tests of plans and of telling what an audio file is."""
