"""The round trip of the assignment bptt."""

from tests.roundtrip.trip import *  # noqa: F403

ASSIGNMENT = "bptt"
