"""Intent to a plan that is checked before it runs."""
