"""An nbgrader course: its folder, its gradebook, its commands."""

from rnncourse._extras import needs

with needs("rnncourse.grading", "grading"):
    import nbgrader  # noqa: F401
