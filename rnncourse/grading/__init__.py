"""nbgrader grades with this: fair to honest students, safe against hostile code, and fast.

A submission is grafted onto the instructor's notebook (``graft``); its cells run in a jailed process that holds no
tests (``jail``, ``nursery``, ``student``); the tests run in the trusted one and call the student's functions across a
wall that only values pass (``codec``, ``wire``, ``session``, ``checker``). ``job`` does this for one submission,
``batch`` for many on any executor (``executors``), ``classroom`` for an nbgrader course (``course``, ``gradebook``),
with a report at the end (``analysis``, ``report``); ``alone`` grades one notebook without a course. nbgrader itself is
given ``exporter`` and ``preprocessors``.
"""
