"""Fields: quantities that fill space, and the partial differential equations that govern them."""
