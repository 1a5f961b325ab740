"""The rules: pure functions that return the faults they find, so that each can be tested."""
