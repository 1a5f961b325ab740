"""From texts to stories and back."""
