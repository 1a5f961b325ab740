"""Contracts: offline, what Home Assistant's and HACS's validators check, and rules of our own."""
