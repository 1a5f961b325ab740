"""A real Home Assistant with the integration, and a simulated Yoto cloud, on this machine.

The demo, the end-to-end tests and the benchmarks start their processes through this package.
"""
