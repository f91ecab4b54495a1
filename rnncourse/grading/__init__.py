"""nbgrader grades with this: fair to honest students, safe against hostile code, and fast.

Rooms by trust. ``submission``: a submission is grafted onto the instructor's notebook, the tests run here and call the
student's functions. ``jail``: the student's cells run there, in a process that holds no tests. ``wall`` stands between
the two, and only values pass it. ``batch`` does this for many submissions on any executor, ``nbgrader`` for a course
and its gradebook, and for nbgrader's own commands; ``report`` counts and shows. ``alone`` grades one notebook without a
course, ``visible`` one without the instructor's too. ``practice`` helps with a notebook while somebody learns, in the
process of ``visible``, and ``progress`` does so for all of a folder.
"""
