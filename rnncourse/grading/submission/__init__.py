"""One submission, from bytes to points: grafted, run, tested, made fit to be shown."""
