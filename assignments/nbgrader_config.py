"""Settings of the nbgrader course in this folder. README.md has the commands."""

from pathlib import Path

from rnncourse.grading.preprocessors import HideTestsInFeedback, KeepPointsDespiteStderr, MendCells

c = get_config()

c.CourseDirectory.course_id = "rnncourse"
c.CourseDirectory.root = str(Path(__file__).parent)

# The gradebook is gradebook.db in this folder. For several graders or a server, PostgreSQL:
# c.CourseDirectory.db_url = "postgresql://user:password@host/gradebook"

# Without an exchange, put what students hand in at submitted/STUDENT/rnn/rnn.ipynb, or use `nbgrader zip_collect`.
# With one, `nbgrader release_assignment`, `collect` and `release_feedback` work through this folder, writable for all:
# c.Exchange.root = "/srv/nbgrader/exchange"

c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("not written yet")'}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Seconds a cell. Every test cell takes less than one; a cell that runs for ever costs its own points alone.
c.ExecutePreprocessor.timeout = 30
c.ExecutePreprocessor.startup_timeout = 120
c.ExecutePreprocessor.iopub_timeout = 60  # with nbgrader's 4, a busy machine drops submissions

c.Autograde.sanitize_preprocessors.insert(0, MendCells)
c.Autograde.autograde_preprocessors.insert(1, KeepPointsDespiteStderr)  # after Execute
c.GenerateFeedback.preprocessors.insert(1, HideTestsInFeedback)  # after GetGrades
