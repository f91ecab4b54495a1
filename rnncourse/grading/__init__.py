"""nbgrader grades with this: fair to honest students, safe against hostile code, and fast.

``preprocessors`` is what ``assignments/nbgrader_config.py`` adds to nbgrader. A submission is grafted onto the
instructor's notebook (``graft``); its cells run in a jailed process that holds no tests (``jail``, ``student``); the
tests run in the trusted one and call the student's functions across a wall that only values pass (``codec``,
``session``, ``checker``).
"""

from rnncourse.grading.preprocessors import HideTestsInFeedback, KeepPointsDespiteStderr, MendCells

__all__ = ["HideTestsInFeedback", "KeepPointsDespiteStderr", "MendCells"]
