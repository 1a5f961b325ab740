"""Expressions over the variables of a story: guards and assignments."""
