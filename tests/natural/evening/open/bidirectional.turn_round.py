"""As a tired student after work: index lists, swaps and slices on a batch that comes first for once."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("list_of_real_steps")
def turn_round(x, mask):
    out = x.copy()
    for b in range(x.shape[0]):
        real = np.where(mask[b] == 1)[0]
        out[b, real] = x[b, real[::-1]]
    return out


@right("two_fingers")
def turn_round(x, mask):
    out = np.array(x)
    for b in range(len(x)):
        i, j = 0, x.shape[1] - 1
        while i < j:
            if mask[b, i] == 0:
                i += 1
            elif mask[b, j] == 0:
                j -= 1
            else:
                out[b, i], out[b, j] = x[b, j], x[b, i]
                i += 1
                j -= 1
    return out


@right("pop_from_a_stack")
def turn_round(x, mask):
    out = []
    for row, m in zip(x, mask):
        stack = [v for v, real in zip(row, m) if real]
        out.append(np.stack([stack.pop() if real else v for v, real in zip(row, m)]))
    return np.stack(out)


@wrong(
    "everything_turned",
    "All steps are turned round, padding too; the mask is not used.",
    "In the example of the task the gap stays third. Where is it in yours?",
)
def turn_round(x, mask):
    return x[:, ::-1].copy()


@wrong(
    "padding_only_at_the_end",
    "The number of real steps is counted and the first so many are turned: right only where all padding stands at the end.",
    "Padding may stand before and between. Try the mask 0 1 1.",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        n = mask[b].sum()
        out[b, :n] = x[b, :n][::-1]
    return out


@wrong(
    "pushed_to_the_front",
    "The turned real steps are put at the front and the padding behind them; it should stay where it is.",
    "In the task's example, does the third place still hold padding?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        real = x[b, mask[b] == 1][::-1]
        pad = x[b, mask[b] == 0]
        out[b] = np.concatenate([real, pad])
    return out


@wrong(
    "padding_emptied",
    "The padding becomes zeros; it should keep what stands in it.",
    "Put a 7 into the padding. Is it still there afterwards?",
)
def turn_round(x, mask):
    out = np.zeros_like(x)
    for b in range(len(x)):
        real = np.where(mask[b])[0]
        out[b, real] = x[b, real[::-1]]
    return out


@wrong(
    "examples_turned",
    "x[::-1] turns the batch round: axis 0 is the examples here.",
    "x has shape (B, T, F). Which axis is time?",
)
def turn_round(x, mask):
    rev = x[::-1]
    return np.where(mask[:, :, None] == 1, rev, x)


@wrong(
    "turned_in_the_callers_array",
    "out is x itself: the answer is right, but x is changed and returned.",
    "Look at x after the call. Did you make a copy?",
)
def turn_round(x, mask):
    out = x
    for b in range(len(x)):
        real = np.where(mask[b])[0]
        out[b, real] = x[b, real[::-1]]
    return out


@wrong(
    "swap_of_two_views",
    "a, b = b, a with rows of one array: the rows are views, so the first is overwritten before it is stored in the second.",
    "After one swap, are your two rows equal? What does out[b, j] name, numbers or a place?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        real = np.where(mask[b])[0]
        for k in range(len(real) // 2):
            i, j = real[k], real[-1 - k]
            out[b, i], out[b, j] = out[b, j], out[b, i]
    return out


@wrong(
    "swapped_and_swapped_back",
    "The loop swaps pairs from the first to the last real step, so every pair is swapped twice and all is as before.",
    "How many swaps do you need for four steps? How many do you make?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        real = np.where(mask[b])[0]
        for k in range(len(real)):
            i, j = real[k], real[len(real) - 1 - k]
            tmp = out[b, i].copy()
            out[b, i] = out[b, j]
            out[b, j] = tmp
    return out


@wrong(
    "zeros_and_ones_as_indices",
    "The mask of whole numbers is used as an index: it picks steps 0 and 1 again and again instead of choosing.",
    "What is np.array([5, 6, 7])[np.array([1, 0, 1])]? And with a mask of bools?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        picked = x[b][mask[b]]
        out[b][mask[b] == 1] = picked[::-1][mask[b] == 1]
    return out


@wrong(
    "features_turned",
    "x[..., ::-1] turns the features of each real step round, not the steps.",
    "Compare one real step before and after: are its own numbers in a new order?",
)
def turn_round(x, mask):
    return np.where(mask[..., None] == 1, x[..., ::-1], x)


@wrong(
    "each_run_by_itself",
    "Each run of real steps between two gaps is turned by itself; all real steps of an example are one order.",
    "In the task's example, does a come last? Where is it in yours?",
)
def turn_round(x, mask):
    out = x.copy()
    B, T, _ = x.shape
    for b in range(B):
        t = 0
        while t < T:
            if mask[b, t]:
                end = t
                while end < T and mask[b, end]:
                    end += 1
                out[b, t:end] = x[b, t:end][::-1]
                t = end
            else:
                t += 1
    return out


@wrong(
    "mirror_image_where_real",
    "At real steps the mirror image T-1-t is taken, which may be padding.",
    "The mask 1 1 0: which step does your first place get? Is it a real one?",
)
def turn_round(x, mask):
    out = x.copy()
    T = x.shape[1]
    for b in range(x.shape[0]):
        for t in range(T):
            if mask[b, t]:
                out[b, t] = x[b, T - 1 - t]
    return out


@wrong(
    "padding_turned_instead",
    "The steps with mask 0 are turned, the real ones stay.",
    "What does a 1 in the mask mean?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        idx = np.where(mask[b] == 0)[0]
        out[b, idx] = x[b, idx[::-1]]
    return out


@wrong(
    "first_mask_for_all",
    "The mask of example 0 is used for the whole batch.",
    "Do all examples have their padding at the same places?",
)
def turn_round(x, mask):
    real = np.where(mask[0])[0]
    out = x.copy()
    out[:, real] = x[:, real[::-1]]
    return out


@wrong(
    "time_first_as_usual",
    "Steps and examples are exchanged first, as elsewhere, and never exchanged back: (T, B, F) comes out.",
    "Compare the shape of your answer with that of x for B different from T.",
)
def turn_round(x, mask):
    out = x.transpose(1, 0, 2).copy()
    for b in range(x.shape[0]):
        real = np.where(mask[b])[0]
        out[real, b] = x[b, real[::-1]]
    return out
