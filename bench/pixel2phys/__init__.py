"""What pixel2phys must show: laws of moving objects from pixels alone (``python -m bench.pixel2phys``)."""
