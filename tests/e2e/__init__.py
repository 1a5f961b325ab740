"""Tests with a real Home Assistant process, a real broker and the simulator."""
