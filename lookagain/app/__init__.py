"""What people touch: the command line, the batch and the report."""
