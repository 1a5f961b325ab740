"""What is odd about a story, and which deliveries it allows."""
