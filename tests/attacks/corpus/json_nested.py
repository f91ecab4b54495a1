"""Hands in JSON nested a hundred thousand deep.

Stock: an error, and the student is left out. Ours: unreadable, and said.
"""

STOCK = "harms"
LOST = True


def notebook(nb):
    return b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
