"""Edit-As-Act: edit a 3-D indoor scene by planning backward from the goal."""
