"""Values cross between the student's process and the grader's, and nothing else: no byte that comes in is trusted."""
