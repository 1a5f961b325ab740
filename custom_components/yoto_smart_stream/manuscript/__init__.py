"""Structured text as it is written: YAML and JSON, of which every part knows its place."""
