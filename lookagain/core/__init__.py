"""Values that all parts share. Imports nothing of lookagain but itself."""
