"""Settings of the nbgrader course in this folder. README.md has the commands."""

from pathlib import Path

from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

from rnncourse.grading.nbgrader.collector import Collector, Extractor
from rnncourse.grading.nbgrader.exporter import GradingExporter
from rnncourse.grading.nbgrader.preprocessors import CheckSource, HideTestsInFeedback

c = get_config()

c.CourseDirectory.course_id = "rnncourse"
c.CourseDirectory.root = str(Path(__file__).parent)

# The gradebook is gradebook.db in this folder. For several graders or a server, PostgreSQL:
# c.CourseDirectory.db_url = "postgresql+psycopg://user:password@host/gradebook"

# Without an exchange, put what students hand in at submitted/STUDENT/rnn/rnn.ipynb, or use `nbgrader zip_collect`.
# With one, `nbgrader release_assignment`, `collect` and `release_feedback` work through this folder, writable for all:
# c.Exchange.root = "/srv/nbgrader/exchange"

# `nbgrader zip_collect` knows how Moodle, Canvas and Blackboard name files. For another platform, as nbgrader says:
# c.FileNameCollectorPlugin.named_regexp = r".*/(?P<student_id>\w+)-(?P<file_id>.*)"
c.ZipCollectApp.collector_plugin = Collector
c.ZipCollectApp.extractor_plugin = Extractor

c.GenerateAssignment.preprocessors.insert(0, CheckSource)
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("not written yet")'}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Students' code runs in a jail, and a cell that is stopped costs its own points alone. The limits, where others fit:
# c.Grading.cell = 30  # seconds a cell; test: for all calls of one test; total: for the notebook
# c.Grading.memory = 1024  # MB; disk: MB of files; processes: threads too
# c.Grading.files = ["data.csv"]  # what students may hand in beside the notebook
# c.Grading.unsafe = True  # without a jail, where bubblewrap cannot be had: students' code then has your rights

# `nbgrader validate` starts a kernel; with nbgrader's own patience, a busy machine drops notebooks.
c.ExecutePreprocessor.startup_timeout = 120
c.ExecutePreprocessor.iopub_timeout = 60

c.Autograde.exporter_class = GradingExporter
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = [SaveAutoGrades, AssignLatePenalties]
c.GenerateFeedback.preprocessors.insert(1, HideTestsInFeedback)  # after GetGrades
