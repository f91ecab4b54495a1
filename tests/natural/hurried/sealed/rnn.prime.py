"""As students at two in the morning: reading a prompt, with a one-hot vector made by hand."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def _cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@right("one_hot_by_hand")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    F = W_ih.shape[1]
    h = h0
    for t in range(T):
        e = np.zeros((B, F), dtype=h0.dtype)
        for b in range(B):
            e[b, prompt[t, b]] = 1
        h = _cell(e, h, W_ih, W_hh, b_ih, b_hh)
    # return hs[-1]
    return h


@wrong(
    "ones_never_cleared",
    "The one-hot array is made once before the loop and never cleared, so symbols read earlier keep their 1.",
    "Print the sum of each row of your one-hot array at every step. What should it be, and who takes the old 1 away?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    e = np.zeros((B, W_ih.shape[1]), dtype=h0.dtype)
    h = h0
    for t in range(T):
        e[np.arange(B), prompt[t]] = 1
        h = _cell(e, h, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "first_column_for_all",
    "prompt[t, 0] is left over from a prompt with one column, so all examples read the first prompt.",
    "Give two different prompts and one h0 for both. Should both final states be the same?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0
    for t in range(len(prompt)):
        h = _cell(eye[prompt[t, 0]], h, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "alphabet_from_the_prompt",
    "The length of the one-hot vectors is taken from the largest symbol in the prompt, which fails where the last symbol of the alphabet does not occur.",
    "Your product has shapes that do not fit when a prompt lacks the last symbol. Which argument knows F, whatever is in the prompt?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    F = prompt.max() + 1
    x = np.eye(F, dtype=W_ih.dtype)[prompt]
    h = h0
    for x_t in x:
        h = _cell(x_t, h, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "float64_eye",
    "np.eye(F) is float64 and carries all states with it, so a float32 network returns float64.",
    "The numbers are right. Print the dtype of your state for a float32 network, before and after the first step.",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    x = np.eye(W_ih.shape[1])[prompt]
    h_t = h0
    for x_t in x:
        h_t = _cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t
