"""What students' code may try against grading: a file each in ``corpus/``, tried on ours and on stock nbgrader.

Left out: what can be learnt from how long something takes, and what a test's arguments tell about it; fresh cases for
each student are the answer to the latter.
"""
