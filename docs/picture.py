"""Draw the README's picture, ``docs/picture.svg``: ``python docs/picture.py``."""

from pathlib import Path

import numpy as np

from rnncourse import data, plots
from rnncourse.experiments import recurrence as experiments


def main() -> None:
    """Train the chapter's network on a sine wave, let it go on alone, and draw both."""
    plots.use_style()
    model, _ = experiments.train_sine(seed=0)
    y = data.sine(220, period=24)
    _, free = experiments.continue_sine(model, n=120)
    ahead = [experiments.predict_sine(model, y[t - 1], y[t - 2]) for t in range(2, 100)]
    axes = plots.free_run(y, np.concatenate([y[:2], ahead, free]), start=99)
    axes.figure.savefig(Path(__file__).with_name("picture.svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
