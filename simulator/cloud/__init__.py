"""Yoto's cloud: OAuth, REST, content and signed media, over plain HTTP on loopback."""
