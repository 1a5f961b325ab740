"""Stories of Twine: Twee 3, its pages, and what of Harlowe a story can have."""
