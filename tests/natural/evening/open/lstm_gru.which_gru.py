"""As a tired student after work: eight runs in three loops, with flags that get mixed up."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


def one_step(x_t, h, W_ih, W_hh, b_ih, b_hh, before, replaces, z_first):
    gx = np.split(x_t @ W_ih.T + b_ih, 3, axis=1)
    gh = np.split(h @ W_hh.T + b_hh, 3, axis=1)
    R, Z = (1, 0) if z_first else (0, 1)
    r = sigmoid(gx[R] + gh[R])
    z = sigmoid(gx[Z] + gh[Z])
    if before:
        H = h.shape[1]
        n = np.tanh(gx[2] + (r * h) @ W_hh[2*H:].T + b_hh[2*H:])
    else:
        n = np.tanh(gx[2] + r * gh[2])
    return (1 - z) * h + z * n if replaces else z * h + (1 - z) * n


@right("three_loops")
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.zeros((2, 2, 2), dtype=x.dtype)
    best = None
    for i in range(2):
        for j in range(2):
            for k in range(2):
                state = h0
                total = 0.0
                for t in range(len(x)):
                    state = one_step(x[t], state, W_ih, W_hh, b_ih, b_hh, i, j, k)
                    total += np.sum((state - h[t])**2)
                errors[i, j, k] = np.sqrt(total / h.size)
                if best is None or errors[i, j, k] < errors[best]:
                    best = (i, j, k)
    return errors, np.array(best)


@right("ndindex_and_unravel")
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(np.argmin(errors), errors.shape))


@right("weights_sorted_first")
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    swap = np.r_[H:2*H, 0:H, 2*H:3*H]
    errors = np.zeros((2, 2, 2), dtype=h.dtype)
    for k, rows in enumerate([np.arange(3 * H), swap]):
        Wi, Wh, bi, bh = W_ih[rows], W_hh[rows], b_ih[rows], b_hh[rows]
        for i in (0, 1):
            for j in (0, 1):
                s, squares = h0, []
                for t in range(x.shape[0]):
                    s = one_step(x[t], s, Wi, Wh, bi, bh, i, j, False)
                    squares.append((s - h[t])**2)
                errors[i, j, k] = np.mean(squares)**0.5
    return errors, np.argwhere(errors == errors.min())[0]


@wrong(
    "fed_with_the_recording",
    "Every step starts from the recorded state, not from the program's own one, so errors do not add up.",
    "From which state does step 2 of your run start: from your own or from h?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states = []
        for t in range(len(x)):
            prev = h[t - 1] if t > 0 else h0
            states.append(one_step(x[t], prev, W_ih, W_hh, b_ih, b_hh, *flags))
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "absolute_differences",
    "The mean of the absolute differences is taken, not the root of the mean of the squares.",
    "Differences 0 and 2: the task's error is √2. What is yours?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.mean(np.abs(np.array(states) - h))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "root_forgotten",
    "The mean of the squares is returned without the root.",
    "If all differences are 0.1, what should the error be?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.mean((np.array(states) - h)**2)
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "divided_by_the_steps_alone",
    "The sum of squares is divided by T alone, not by T, B and H.",
    "How many numbers were added up? Double the batch: should the error grow?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        total, s = 0.0, h0
        for t in range(len(x)):
            s = one_step(x[t], s, W_ih, W_hh, b_ih, b_hh, *flags)
            total += np.sum((s - h[t])**2)
        errors[flags] = np.sqrt(total / len(x))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "flat_index",
    "argmin gives one number from 0 to 7; three indices are asked for.",
    "What does argmin count through in an array with three axes? Look for unravel_index.",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.argmin(errors)


@wrong(
    "questions_in_another_order",
    "The indices answer order, reset, z instead of reset, z, order.",
    "Which question does the first index of errors answer in the task?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for order in (0, 1):
        for reset in (0, 1):
            for z in (0, 1):
                states, s = [], h0
                for x_t in x:
                    s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, reset, z, order)
                    states.append(s)
                errors[order, reset, z] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "state_carried_to_the_next_run",
    "The state is set to h0 once, outside the loops: the second GRU starts where the first one ended.",
    "From which state does your second run start?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.zeros((2, 2, 2), dtype=h.dtype)
    s = h0
    for flags in np.ndindex(2, 2, 2):
        states = []
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.stack(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "own_states_rounded_in_between",
    "The state is rounded to three digits after each step, like the recording, and goes on from there.",
    "The recording was rounded after the run. Do you round before the next step?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = np.round(one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags), 3)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "zero_and_one_of_z_exchanged",
    "Index 0 of the second question replaces the state where z = 1 and index 1 keeps it: the two are exchanged.",
    "Which formula has the number 0 in question 2? Compare with your first branch.",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        reset, keeps, order = flags
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, reset, not keeps, order)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "only_the_last_step_compared",
    "Only the last states are compared with the recording, not those of all steps.",
    "The formula sums over t. Which t does yours look at?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        s = h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
        errors[flags] = np.sqrt(np.mean((s - h[-1])**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "only_the_input_weights_reordered",
    "For the order z, r, n only W_ih and b_ih are brought into order; W_hh and b_hh stay.",
    "How many of the four arrays have rows of gates? How many do you put into order?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    rows = np.r_[H:2*H, 0:H, 2*H:3*H]
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for i, j, k in np.ndindex(2, 2, 2):
        Wi, bi = (W_ih[rows], b_ih[rows]) if k else (W_ih, b_ih)
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, Wi, W_hh, bi, b_hh, i, j, 0)
            states.append(s)
        errors[i, j, k] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "bias_outside_the_reset",
    "Where the reset acts after the product, b_hn is added outside its bracket; r should multiply it too.",
    "In variant 0 of question 1, does b_hn stand inside r ⊙ ( … )?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for i, j, k in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            a = x_t @ W_ih.T + b_ih
            p = s @ W_hh.T
            g = sigmoid((a + p + b_hh)[:, :2*H])
            r, z = (g[:, H:], g[:, :H]) if k else (g[:, :H], g[:, H:])
            if i == 0:
                n = np.tanh(a[:, 2*H:] + r * p[:, 2*H:] + b_hh[2*H:])
            else:
                n = np.tanh(a[:, 2*H:] + (r * s) @ W_hh[2*H:].T + b_hh[2*H:])
            s = (1 - z) * s + z * n if j else z * s + (1 - z) * n
            states.append(s)
        errors[i, j, k] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))


@wrong(
    "worst_instead_of_best",
    "argmax in place of argmin: the GRU that is farthest away.",
    "Look at the error at your three indices. Is it the smallest?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmax(), errors.shape))


@wrong(
    "errors_in_float64",
    "np.zeros((2, 2, 2)) is float64, also when all arguments are float32.",
    "Print errors.dtype for float32 arguments.",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.zeros((2, 2, 2))
    for flags in np.ndindex(2, 2, 2):
        states, s = [], h0
        for x_t in x:
            s = one_step(x_t, s, W_ih, W_hh, b_ih, b_hh, *flags)
            states.append(s)
        errors[flags] = np.sqrt(np.mean((np.array(states) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))
