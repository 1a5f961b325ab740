"""What a family should mend, as it is shown under Repairs until it is mended."""
