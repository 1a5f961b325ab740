"""Tests of audio of the library at Yoto."""
