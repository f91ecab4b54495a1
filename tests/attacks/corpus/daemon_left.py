"""Leaves a process that goes on after grading, in a session of its own.

Stock: nobody looks for it. Ours: the first process of its namespace takes it along.
"""

STOCK = "harms"
import subprocess

subprocess.Popen(["sleep", "20"], start_new_session=True)
