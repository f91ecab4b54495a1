"""What takes longer than a page may, computed by ``make results`` and kept in small files.

A function of ``rnncourse.experiments`` says that what it returns is kept:

    @result("rnn/names", seeds=range(20), data=("Faker",))
    def names(seed: int) -> dict[str, float]: ...

``make results`` calls it once a seed and writes ``results/rnn/names.json``; a page reads that with
``results.load("rnn/names")``. ``rnncourse results`` lists the files and fails where one is not what today's code would
give.
"""

from rnncourse.results.declared import result
from rnncourse.results.kept import Result, Table, load

__all__ = ["Result", "Table", "load", "result"]
