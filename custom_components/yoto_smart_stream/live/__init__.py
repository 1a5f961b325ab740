"""Live cards as they live in Home Assistant: their sessions, kept, and the answers to fetches."""
