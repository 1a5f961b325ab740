"""Tests of the library: items, index, records, files, jobs and imports."""
