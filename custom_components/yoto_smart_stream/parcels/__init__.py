"""Parcels: a card with its audio and pictures in one file, to be kept or passed on."""
