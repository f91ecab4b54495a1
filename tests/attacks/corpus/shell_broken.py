"""Breaks its own shell: run_cell, displayhook, the history, the display formatter.

Stock: the kernel answers no more, and the honest answers get nothing. Ours: its own alone.
"""

STOCK = "harms"
COSTS = ("slope", "cell", "vowels")
shell = get_ipython()
shell.run_cell = shell.displayhook = shell.history_manager = shell.display_formatter = None
shell.should_run_async = None
