"""Tests of the compiler of stories to cards."""
