"""What a live card plays. Pure: standard library only, no Home Assistant, no input or output."""
