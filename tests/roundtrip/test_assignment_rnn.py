"""The round trip of the assignment rnn."""

from trip import *  # noqa: F403

ASSIGNMENT = "rnn"
