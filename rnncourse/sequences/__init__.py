"""Sequence data, its tasks and its baselines: what the chapter ``book/sequences`` is about, a file a subject."""

from rnncourse.sequences.autoregression import Autoregression, ar_fit, ar_forecast, ar_predict, persistence, skill
from rnncourse.sequences.counts import ngram, window_limit
from rnncourse.sequences.hmm import (
    HMM,
    hmm_backward,
    hmm_fit,
    hmm_forward,
    hmm_limit,
    hmm_log_likelihood,
    hmm_posterior,
    hmm_predict,
    hmm_sample,
    ring_hmm,
)
from rnncourse.sequences.modes import (
    Network,
    many_to_many,
    many_to_one,
    mlp_parameter_count,
    one_to_many,
    one_to_one,
    parity_network,
    shift_register,
    synced,
)
from rnncourse.sequences.windows import Scale, fit_scale, split, text_columns, windows, windows_of

__all__ = [
    "HMM",
    "Autoregression",
    "Network",
    "Scale",
    "ar_fit",
    "ar_forecast",
    "ar_predict",
    "fit_scale",
    "hmm_backward",
    "hmm_fit",
    "hmm_forward",
    "hmm_limit",
    "hmm_log_likelihood",
    "hmm_posterior",
    "hmm_predict",
    "hmm_sample",
    "many_to_many",
    "many_to_one",
    "mlp_parameter_count",
    "ngram",
    "one_to_many",
    "one_to_one",
    "parity_network",
    "persistence",
    "ring_hmm",
    "shift_register",
    "skill",
    "split",
    "synced",
    "text_columns",
    "window_limit",
    "windows",
    "windows_of",
]
