"""As a tired student after work: a stack of layers in nested loops, dropout from memory of torch and Keras."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def one_layer(x, h, W_ih, W_hh, b):
    hs = []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        hs.append(h)
    return np.array(hs)


@right("layer_after_layer")
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    L = len(h0)
    inp, last = x, []
    for l in range(L):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = np.where(u[l] < p, 0, hs / (1 - p)).astype(x.dtype)
    return hs, np.array(last)


@right("step_after_step")
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    h = [h0[l] for l in range(len(h0))]
    out = []
    for t in range(x.shape[0]):
        below = x[t]
        for l in range(len(h)):
            if l > 0:
                below = below.copy()
                below[u[l - 1] < p] = 0
                below = below / (1 - p)
            h[l] = np.tanh(np.dot(below, W_ih[l].T) + np.dot(h[l], W_hh[l].T) + b[l])
            below = h[l]
        out.append(below)
    return np.stack(out), np.stack(h)


@right("mask_made_once")
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    # the mask of an example is the same at all steps, so it is made once
    L, B, H = h0.shape
    mask = (u >= p) / np.asarray(1 - p, dtype=x.dtype)
    mask = mask.astype(x.dtype)
    h_n = np.empty_like(h0)
    y = np.array(x)
    for l in range(L):
        if l > 0:
            y = y * mask[l - 1]
        state = h0[l]
        for t in range(len(y)):
            state = np.tanh(y[t] @ W_ih[l].T + state @ W_hh[l].T + b[l])
            y[t] = state
        h_n[l] = state
    return y, h_n


@wrong(
    "last_layer_dropped_too",
    "The outputs of the last layer go through dropout as well; nothing of what is returned is dropped.",
    "Are there zeros in your h? Which draws does the task say are not needed?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = np.where(u[l] < p, 0, hs / (1 - p)).astype(x.dtype)
    return inp, np.array(last)


@wrong(
    "input_dropped_and_draws_shifted",
    "Each layer drops its own input by u[l], so x is dropped by u[0] and all draws are one layer late.",
    "u[l] is for the outputs of layer l. Which draws stand between layers 0 and 1?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        dropped = np.where(u[l] < p, 0, inp / (1 - p)).astype(x.dtype)
        inp = one_layer(dropped, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(inp[-1])
    return inp, np.array(last)


@wrong(
    "not_magnified",
    "The units that stay are not divided by 1 - p.",
    "With p = 0.5 what happens to a unit that is not dropped?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = hs * (u[l] >= p).astype(x.dtype)
    return hs, np.array(last)


@wrong(
    "multiplied_by_what_is_kept",
    "The units that stay are multiplied by 1 - p; they are to be divided by it.",
    "Are the units that stay made larger or smaller in yours?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = np.where(u[l] < p, 0, hs * (1 - p)).astype(x.dtype)
    return hs, np.array(last)


@wrong(
    "p_taken_for_keeping",
    "p is used as the probability of keeping: units with u < p stay, divided by p.",
    "With p = 0, what should be dropped? And in yours?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = np.where(u[l] < p, hs / max(p, 1e-12), 0).astype(x.dtype)
    return hs, np.array(last)


@wrong(
    "recurrent_state_dropped",
    "The dropped and magnified state is also what the layer itself goes on from.",
    "Within a layer, from step to step: is anything dropped?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    L = len(h0)
    inp, last = x, []
    for l in range(L):
        h, hs = h0[l], []
        for x_t in inp:
            h = np.tanh(x_t @ W_ih[l].T + h @ W_hh[l].T + b[l])
            if l < L - 1:
                h = np.where(u[l] < p, 0, h / (1 - p)).astype(x.dtype)
            hs.append(h)
        inp = np.array(hs)
        last.append(h)
    return inp, np.array(last)


@wrong(
    "last_states_after_dropout",
    "h_n of the lower layers is taken after dropout; the last states are returned as they are.",
    "Are there zeros in your h_n?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    L = len(h0)
    inp, last = x, []
    for l in range(L):
        inp = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        if l < L - 1:
            inp = np.where(u[l] < p, 0, inp / (1 - p)).astype(x.dtype)
        last.append(inp[-1])
    return inp, np.array(last)


@wrong(
    "last_state_of_the_top_only",
    "Only the last state of the last layer is returned, not one for each layer.",
    "Which shape has h_n in the task?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp = x
    for l in range(len(h0)):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        inp = np.where(u[l] < p, 0, hs / (1 - p)).astype(x.dtype)
    return hs, hs[-1].copy()


@wrong(
    "all_layers_start_from_the_first",
    "Every layer starts from h0[0].",
    "From which state does layer 1 start, by the task?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        hs = one_layer(inp, h0[0], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = np.where(u[l] < p, 0, hs / (1 - p)).astype(x.dtype)
    return hs, np.array(last)


@wrong(
    "layer_starts_where_the_one_below_ended",
    "Layer l starts from the last state of the layer below, because the variable h is not set anew.",
    "Which value has h when your loop comes to layer 1?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    h = h0[0]
    for l in range(len(h0)):
        hs = []
        for x_t in inp:
            h = np.tanh(x_t @ W_ih[l].T + h @ W_hh[l].T + b[l])
            hs.append(h)
        last.append(h)
        hs = np.array(hs)
        inp = np.where(u[l] < p, 0, hs / (1 - p)).astype(x.dtype)
    return hs, np.array(last)


@wrong(
    "dropped_in_place",
    "The mask is applied in place to the state that the list of last states and the recurrence still use.",
    "h *= mask changes which array? Where else is it used?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    L = len(h0)
    mask = ((u >= p) / (1 - p)).astype(x.dtype)
    h = list(h0)
    out = []
    for t in range(len(x)):
        below = x[t]
        for l in range(L):
            h[l] = np.tanh(below @ W_ih[l].T + h[l] @ W_hh[l].T + b[l])
            below = h[l]
            if l < L - 1:
                below *= mask[l]
        out.append(below)
    return np.array(out), np.array(h)


@wrong(
    "state_before_the_step_from_below",
    "Each layer reads the state of the layer below of the step before, as h is a list that is updated after the loop over layers.",
    "Layer 1 at step t reads which step of layer 0?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    L = len(h0)
    h = [h0[l] for l in range(L)]
    out = []
    for t in range(len(x)):
        new = []
        for l in range(L):
            below = x[t] if l == 0 else np.where(u[l - 1] < p, 0, h[l - 1] / (1 - p)).astype(x.dtype)
            new.append(np.tanh(below @ W_ih[l].T + h[l] @ W_hh[l].T + b[l]))
        h = new
        out.append(h[-1])
    return np.array(out), np.array(h)


@wrong(
    "nothing_dropped",
    "As in model.eval(): the draws and p are not used.",
    "Change u or p. Does your answer change?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        inp = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(inp[-1])
    return inp, np.array(last)


@wrong(
    "mask_in_double_precision",
    "(u >= p) / (1 - p) is float64 and makes all states above it float64.",
    "What is the dtype of a bool array divided by a float? And of float32 times that?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    inp, last = x, []
    for l in range(len(h0)):
        hs = one_layer(inp, h0[l], W_ih[l], W_hh[l], b[l])
        last.append(hs[-1])
        inp = hs * ((u[l] >= p) / (1 - p))
    return hs, np.array(last)
