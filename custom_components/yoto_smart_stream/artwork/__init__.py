"""Artwork: icons of 16 by 16 dots and covers, made from pictures or drawn. Needs Pillow only."""
