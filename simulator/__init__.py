"""A Yoto cloud and Yoto players on this machine, faithful to docs/yoto-protocol.md."""
