"""Scenes of rooms and objects: read, asked about, edited, drawn and written."""
