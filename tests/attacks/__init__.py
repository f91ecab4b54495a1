"""What students' code may try against grading: a file each in ``corpus/``, tried on ours and on stock nbgrader."""
