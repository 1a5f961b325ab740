"""Branching stories: model, formats, linter, engine, compiler. Standard library only."""
