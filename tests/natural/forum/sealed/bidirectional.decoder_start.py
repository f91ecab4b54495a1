"""As put together from forums, blogs and papers: bridges between encoder and decoder, views and permutes."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("view_then_permute")
def decoder_start(h_n):
    D, B, H = h_n.shape
    # h_n.view(L, 2, B, H).permute(0, 2, 1, 3).reshape(L, B, 2H)
    return np.array(h_n.reshape(D // 2, 2, B, H).transpose(0, 2, 1, 3).reshape(D // 2, B, 2 * H))


@right("einops_by_einsum")
def decoder_start(h_n):
    D, B, H = h_n.shape
    # "(l d) b h -> l b (d h)"
    return np.einsum("ldbh->lbdh", h_n.reshape(-1, 2, B, H)).reshape(-1, B, 2 * H).copy()


@right("move_the_batch_and_reshape")
def decoder_start(h_n):
    D, B, H = h_n.shape
    per_example = np.ascontiguousarray(np.moveaxis(h_n, 1, 0)).reshape(B, D // 2, 2 * H)
    return np.ascontiguousarray(np.moveaxis(per_example, 0, 1)).copy()


@wrong(
    "view_with_the_directions_first",
    "reshape(2, L, B, H): the first axis is taken for the directions and the second for the layers; it is the other way round.",
    "Which two entries of h_n belong to layer 0 in the order that the task lists?",
)
def decoder_start(h_n):
    D, B, H = h_n.shape
    v = h_n.reshape(2, D // 2, B, H)
    return np.concatenate([v[0], v[1]], axis=-1)


@wrong(
    "view_without_permute",
    "From (L, 2, B, H) it is reshaped at once to (L, B, 2H): the axes of directions and examples are not exchanged first.",
    "In (L, 2, B, H), do the two axes that you join lie side by side?",
)
def decoder_start(h_n):
    D, B, H = h_n.shape
    return h_n.reshape(D // 2, 2, B, H).reshape(D // 2, B, 2 * H).copy()


@wrong(
    "permuted_one_axis_too_far",
    "transpose(0, 2, 3, 1) puts the directions behind the units, so forward and backward units alternate.",
    "After your transpose, which axis runs fastest: units or directions?",
)
def decoder_start(h_n):
    D, B, H = h_n.shape
    return h_n.reshape(D // 2, 2, B, H).transpose(0, 2, 3, 1).reshape(D // 2, B, 2 * H)


@wrong(
    "mean_of_both_and_doubled",
    "The mean of the two directions stands in both halves.",
    "Are the two halves of your answer different?",
)
def decoder_start(h_n):
    m = (h_n[0::2] + h_n[1::2]) / 2
    return np.concatenate([m, m], axis=-1)


@wrong(
    "reshaped_from_batch_first",
    "The batch is brought to the front and reshaped to (L, B, 2H) at once: where there are several of both, examples and layers are mixed.",
    "After your reshape, is the first axis still that of the batch, or what?",
)
def decoder_start(h_n):
    D, B, H = h_n.shape
    return h_n.transpose(1, 0, 2).reshape(D // 2, B, 2 * H)


@wrong(
    "only_the_last_layers_states",
    "As in many seq2seq examples, only cat(h[-2], h[-1]) is returned: (B, 2H), the last layer alone.",
    "How many layers has the decoder? How many first states do you return?",
)
def decoder_start(h_n):
    return np.concatenate([h_n[-2], h_n[-1]], axis=1)


@wrong(
    "h_minus_one_is_forward",
    "cat(h[-1], h[-2]) for each layer, from an old tutorial: the way back stands first.",
    "Which of h_n[0] and h_n[1] is forwards?",
)
def decoder_start(h_n):
    L = len(h_n) // 2
    return np.stack([np.concatenate([h_n[2 * l + 1], h_n[2 * l]], axis=1) for l in range(L)])


@wrong(
    "directions_paired_from_both_ends",
    "Entry l is paired with entry 2L - 1 - l, the first with the last.",
    "With L = 2 you pair 0 with 3. Which layer is 3?",
)
def decoder_start(h_n):
    L = len(h_n) // 2
    return np.stack([np.concatenate([h_n[l], h_n[-1 - l]], axis=1) for l in range(L)])


@wrong(
    "bridge_with_tanh",
    "The states go through tanh again, as in a bridge layer; they are to be passed on as they are.",
    "Compare your numbers with those in h_n. Is any function named in the task?",
)
def decoder_start(h_n):
    return np.tanh(np.concatenate([h_n[0::2], h_n[1::2]], axis=-1))


@wrong(
    "directions_taken_for_the_last_axis",
    "reshape(L, B, H, 2): the directions are taken for the fastest axis, so every second number of a state goes to each half.",
    "Which numbers lie side by side in h_n: two units of one state, or two directions of one unit?",
)
def decoder_start(h_n):
    D, B, H = h_n.shape
    return h_n.reshape(D // 2, B, H, 2).transpose(0, 1, 3, 2).reshape(D // 2, B, 2 * H)


@wrong(
    "forwards_of_all_layers_first",
    "The forward states of all layers are put behind each other first, then those of the way back, and this list is paired.",
    "After your reordering, are neighbours of the list the two directions of one layer?",
)
def decoder_start(h_n):
    order = np.concatenate([h_n[0::2], h_n[1::2]])
    return np.concatenate([order[0::2], order[1::2]], axis=-1)


@wrong(
    "padded_with_zeros",
    "The second half is zeros: only the forward states are passed on to the decoder of 2H units.",
    "What stands beside the forward units in the task?",
)
def decoder_start(h_n):
    f = h_n[0::2]
    return np.concatenate([f, np.zeros_like(f)], axis=-1)


@wrong(
    "decoder_in_float64",
    "np.block of the states with a float64 array of zeros: the answer is float64 for float32 too.",
    "What is the dtype of float32 plus np.zeros(n)?",
)
def decoder_start(h_n):
    D, B, H = h_n.shape
    return np.concatenate([h_n[0::2], h_n[1::2]], axis=-1) + np.zeros((D // 2, B, 2 * H))


@wrong(
    "layers_upside_down",
    "h_n[::-1] is taken so that the top layer comes first, which exchanges the directions as well.",
    "Which layer and direction stands first after [::-1]?",
)
def decoder_start(h_n):
    r = h_n[::-1]
    return np.concatenate([r[0::2], r[1::2]], axis=-1)
