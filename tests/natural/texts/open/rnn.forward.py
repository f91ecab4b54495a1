import functools
import itertools

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


# ---------------------------------------------------------------- right

@right("list_and_stack")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        states.append(h_t)
    return np.stack(states)


@right("one_more_row")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.empty((len(x) + 1,) + h0.shape, dtype=h0.dtype)
    h[0] = h0
    for t in range(1, len(x) + 1):
        h[t] = np.tanh(x[t - 1] @ W_ih.T + h[t - 1] @ W_hh.T + b_ih + b_hh)
    return h[1:]


@right("accumulate")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    step = lambda h, x_t: np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return np.array(list(itertools.accumulate(x, step, initial=h0))[1:])


@right("examples_outside")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    columns = []
    for b in range(x.shape[1]):
        h, column = h0[b], []
        for t in range(x.shape[0]):
            h = np.tanh(W_ih @ x[t, b] + b_ih + W_hh @ h + b_hh)
            column.append(h)
        columns.append(column)
    return np.array(columns).transpose(1, 0, 2)


def _states(x, h, *weights):
    for x_t in x:
        h = cell(x_t, h, *weights)
        yield h


@right("generator")
def forward(x, h0, *weights):
    return np.stack(tuple(_states(x, h0, *weights)))


class Network:
    def __call__(self, x, h0, W_ih, W_hh, b_ih, b_hh):
        self.h = h0.copy()
        return np.concatenate([self.step(x_t, W_ih, W_hh, b_ih + b_hh)[np.newaxis] for x_t in x], axis=0)

    def step(self, x_t, U, W, b):
        self.h = np.tanh(x_t @ U.T + self.h @ W.T + b)
        return self.h


@right("own_buffer_with_copies")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    state, states = np.array(h0), []
    for x_t in x:
        state[...] = cell(x_t, state, W_ih, W_hh, b_ih, b_hh)
        states.append(state.copy())
    return np.stack(states)


@right("library_cell")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    from rnncourse import rnn

    h = [h0]
    for x_t in x:
        h.append(rnn.cell(x_t, h[-1], W_ih, W_hh, b_ih, b_hh))
    return np.stack(h[1:])


# ---------------------------------------------------------------- wrong

@wrong("always_from_h0", "Every step starts from h0: the state is not handed on.", "The second step does not see the first: the state is not passed on.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    return np.stack([cell(x_t, h0, W_ih, W_hh, b_ih, b_hh) for x_t in x])


@wrong("one_step_late", "The state is stored before it is updated: h0 … h_{T-1}.", "h[0] is h0: the states are one step late; append after the update.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h.append(h_t)
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
    return np.stack(h)


@wrong("h_minus_one_at_start", "h[t-1] at t = 0 is h[-1], still zeros: h0 is ignored.", "At t = 0, h[t-1] is the last row, not h0.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((len(x), *h0.shape), dtype=x.dtype)
    for t in range(len(x)):
        h[t] = cell(x[t], h[t - 1], W_ih, W_hh, b_ih, b_hh)
    return h


@wrong("same_buffer", "One buffer is appended T times: all rows are the last state.", "All steps are equal to the last one: the same array was stored T times, copy it.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_t, h = h0.copy(), []
    for x_t in x:
        h_t[:] = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)


@wrong("last_state_only", "Only the last state is returned.", "All T states are asked for, one came.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_t = h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t


@wrong("batch_first", "x is read as (B, T, F): x[:, t] is taken as step t.", "Time is the first axis: x[t], not x[:, t].")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for t in range(x.shape[1]):
        h_t = cell(x[:, t], h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h, axis=1)


@wrong("concatenate", "concatenate instead of stack: (T·B, H).", "The shape is (T·B, H): np.stack makes a new axis, np.concatenate does not.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.concatenate(h)


@wrong("list_reversed", "Right states, but in reversed order (insert at the front).", "The states are right but in reversed order.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.insert(0, h_t)
    return np.stack(h)


@wrong("loop_ends_early", "range(T - 1): the last state stays zero.", "The last step is never computed.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((len(x), *h0.shape), dtype=x.dtype)
    h_t = h0
    for t in range(len(x) - 1):
        h_t = h[t] = cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong("own_row", "h[t] for h[t-1]: the row that is still zero is used as the state before.", "No step sees the one before: h[t] is read where h[t-1] should.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((len(x), *h0.shape), dtype=x.dtype)
    h[0] = h0
    for t in range(len(x)):
        h[t] = cell(x[t], h[t], W_ih, W_hh, b_ih, b_hh)
    return h


@wrong("W_hh_not_transposed", "W_hh without transpose.", "Check the transpose of W_hh.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh + b_hh)
        h.append(h_t)
    return np.stack(h)


@wrong("tanh_twice", "The state is squashed when it is computed, and again when it is used.", "The state is squashed twice on its way to the next step.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + np.tanh(h_t) @ W_hh.T + b_hh)
        h.append(h_t)
    return np.stack(h)


@wrong("float64_buffer", "np.zeros without dtype.", "float32 in, float64 out.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = np.zeros((len(x), *h0.shape)), h0
    for t in range(len(x)):
        h_t = h[t] = cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong("torch_rnn", "torch.nn.RNN does the work.", "NumPy only.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    import torch

    layer = torch.nn.RNN(x.shape[2], h0.shape[1], dtype=torch.from_numpy(x).dtype)
    for name, value in (("weight_ih_l0", W_ih), ("weight_hh_l0", W_hh), ("bias_ih_l0", b_ih), ("bias_hh_l0", b_hh)):
        getattr(layer, name).data = torch.tensor(value)
    return layer(torch.tensor(x), torch.tensor(h0)[None])[0].detach().numpy()


@wrong("no_return", "The return is forgotten.", "Nothing is returned.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)


@wrong("endless_loop", "while without t += 1: never ends.", "It did not finish: does the loop ever end?")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t, t = np.empty((len(x), *h0.shape), x.dtype), h0, 0
    while t < len(x):
        h_t = h[t] = cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong("global_state", "The state lives in a global list that is never emptied: the second call goes on from the first.",
       "A second call with the same arguments gives something else: a state outlives the call.")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh, h=[]):
    h_t = h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)
