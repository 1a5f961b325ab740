"""Our own format, as YAML or JSON: read and written."""
