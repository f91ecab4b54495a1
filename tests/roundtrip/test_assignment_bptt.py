"""The round trip of the assignment bptt."""

from trip import *  # noqa: F403

ASSIGNMENT = "bptt"
