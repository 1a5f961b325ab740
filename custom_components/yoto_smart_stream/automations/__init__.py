"""What happens at players, in the shape that automations, the logbook and tags need."""
