"""What Pixel2Phys must show on fields: equations of patterns, of measured tables, and none where there is none."""
