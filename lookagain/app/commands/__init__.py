"""The commands, one module a group. Heavy imports happen inside the functions."""
