"""Tests of serving audio over HTTP."""
