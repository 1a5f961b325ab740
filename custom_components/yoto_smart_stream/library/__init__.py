"""What audio a family has: items, where their files lie, and the jobs that bring in more."""
