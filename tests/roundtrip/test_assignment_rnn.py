"""The round trip of the assignment rnn."""

from tests.roundtrip.trip import *  # noqa: F403

ASSIGNMENT = "rnn"
