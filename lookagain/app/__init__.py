"""What people touch: the command line, the batch over folders, the reports."""
