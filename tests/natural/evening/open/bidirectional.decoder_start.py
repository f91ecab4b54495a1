"""As a tired student after work: three lines that should be easy, done by loops, slices or a reshape that fits."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("layer_by_layer")
def decoder_start(h_n):
    start = []
    for l in range(len(h_n) // 2):
        start.append(np.concatenate([h_n[2 * l], h_n[2 * l + 1]], axis=1))
    return np.array(start)


@right("even_and_odd")
def decoder_start(h_n):
    return np.concatenate([h_n[0::2], h_n[1::2]], axis=2)


@right("filled_in")
def decoder_start(h_n):
    L2, B, H = h_n.shape
    out = np.empty((L2 // 2, B, 2 * H), dtype=h_n.dtype)
    for k in range(L2):
        for b in range(B):
            first = (k % 2) * H
            out[k // 2, b, first:first + H] = h_n[k, b]
    return out


@wrong(
    "just_reshaped",
    "h_n.reshape(L, B, 2H): the numbers stay in their order in memory, so two examples stand side by side instead of two directions; right only for B = 1.",
    "Fill h_n with np.arange. What stands beside the first H numbers of example 0?",
)
def decoder_start(h_n):
    L2, B, H = h_n.shape
    return h_n.reshape(L2 // 2, B, 2 * H).copy()


@wrong(
    "first_half_and_second_half",
    "The first L states are taken for forwards and the last L for back; the directions alternate.",
    "Which layer and direction is h_n[1]?",
)
def decoder_start(h_n):
    L = len(h_n) // 2
    return np.concatenate([h_n[:L], h_n[L:]], axis=2)


@wrong(
    "back_first",
    "The units of the way back stand first.",
    "Which half of your answer holds h_n[0]?",
)
def decoder_start(h_n):
    return np.concatenate([h_n[1::2], h_n[0::2]], axis=2)


@wrong(
    "directions_added",
    "The two directions are added: H units instead of 2H.",
    "How many units has the decoder? How many has your answer?",
)
def decoder_start(h_n):
    return h_n[0::2] + h_n[1::2]


@wrong(
    "joined_along_the_batch",
    "np.concatenate along axis 1 puts the directions below each other as more examples: (L, 2B, H).",
    "Which axis is that of the units?",
)
def decoder_start(h_n):
    return np.concatenate([h_n[0::2], h_n[1::2]], axis=1)


@wrong(
    "last_layer_for_all",
    "The last layer's two states are used for every layer of the decoder.",
    "Change h_n[0]. Should the answer change?",
)
def decoder_start(h_n):
    L = len(h_n) // 2
    top = np.concatenate([h_n[-2], h_n[-1]], axis=1)
    return np.array([top] * L)


@wrong(
    "units_mixed_pairwise",
    "The directions are stacked on a new last axis, so forward and backward units alternate.",
    "In your answer, which direction has unit 1 (of 0 to 2H - 1)?",
)
def decoder_start(h_n):
    L2, B, H = h_n.shape
    return np.stack([h_n[0::2], h_n[1::2]], axis=-1).reshape(L2 // 2, B, 2 * H)


@wrong(
    "only_forwards_twice",
    "The forward state stands in both halves.",
    "Where do the odd entries of h_n go?",
)
def decoder_start(h_n):
    return np.concatenate([h_n[0::2], h_n[0::2]], axis=2)


@wrong(
    "layers_from_the_top",
    "The layers are listed from the top one down.",
    "Which layer of the encoder does your first entry come from?",
)
def decoder_start(h_n):
    start = []
    for l in reversed(range(len(h_n) // 2)):
        start.append(np.concatenate([h_n[2 * l], h_n[2 * l + 1]], axis=1))
    return np.array(start)


@wrong(
    "neighbours_overlap",
    "States l and l + 1 are joined for layer l: the pairs overlap, and from layer 1 on they are wrong.",
    "For layer 1, which two entries of h_n belong together?",
)
def decoder_start(h_n):
    L = len(h_n) // 2
    return np.array([np.concatenate([h_n[l], h_n[l + 1]], axis=1) for l in range(L)])


@wrong(
    "float64_zeros",
    "The numbers are written into np.zeros without a dtype: float64 always.",
    "Print the dtype of your answer for a float32 h_n.",
)
def decoder_start(h_n):
    L2, B, H = h_n.shape
    out = np.zeros((L2 // 2, B, 2 * H))
    for l in range(L2 // 2):
        out[l, :, :H] = h_n[2 * l]
        out[l, :, H:] = h_n[2 * l + 1]
    return out


@wrong(
    "batch_in_front",
    "The answer has the batch first, (B, L, 2H).",
    "In which order does the task name the axes?",
)
def decoder_start(h_n):
    B = h_n.shape[1]
    L = len(h_n) // 2
    return np.array([[np.hstack([h_n[2 * l, b], h_n[2 * l + 1, b]]) for l in range(L)] for b in range(B)])


@wrong(
    "turned_back_in_time",
    "The units of the way back are turned round, as if they were steps in time.",
    "Which axis of h_n is time? Is there one?",
)
def decoder_start(h_n):
    return np.concatenate([h_n[0::2], h_n[1::2][..., ::-1]], axis=2)


@wrong(
    "list_of_layers",
    "A Python list of L arrays is returned, not one array.",
    "What is type(answer)? Does it have a shape?",
)
def decoder_start(h_n):
    return [np.concatenate([h_n[2 * l], h_n[2 * l + 1]], axis=1) for l in range(len(h_n) // 2)]
