"""What turns a state machine into a run: services, journal, limits, checkpoints, resume, streaming."""
