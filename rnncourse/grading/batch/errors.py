"""What can go wrong with the workers of a class, apart from what each executor is made of."""

from __future__ import annotations


class ClusterError(RuntimeError):
    """The cluster cannot grade: which part of it, and what to do."""


class WorkersDiedError(RuntimeError):
    """Workers of a cluster died with this piece of work, or with others, in hand; the cluster goes on."""
