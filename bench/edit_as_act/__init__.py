"""What Edit-As-Act must show: edits of real scenes, speed, planning against other planners, hostile input."""
