"""Who hears which item of a stream, and how that is shown."""
