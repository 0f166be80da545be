"""Pixel2Phys: the governing equations of what moves in a video."""
