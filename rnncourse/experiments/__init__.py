"""Experiments of the chapters: what a page measures and what the tests of its claims measure is the same code."""
