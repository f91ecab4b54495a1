"""As students after the lecture: a product of Jacobians copied from the slide, with columns, order and time index half remembered."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("backward_broadcast")
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        # dh_{t+1}/dh_t = diag(1 - h_{t+1}^2) W
        step = (1 - h[t + 1]**2)[:, :, None] * W_hh
        J[t] = J[t + 1] @ step
    return J


@right("backward_einsum_list")
def influence(h, W_hh):
    B, H = h.shape[1:]
    out = [np.tile(np.eye(H, dtype=h.dtype), (B, 1, 1))]
    for h_next in h[:0:-1]:
        out.append(np.einsum("bij,bj,jk->bik", out[-1], 1 - h_next**2, W_hh))
    return np.stack(out[::-1])


@right("forward_product_per_pair")
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), h.dtype)
    for b in range(B):
        for t in range(T):
            P = np.eye(H, dtype=h.dtype)
            for k in range(t + 1, T):         # newest Jacobian goes on the left
                P = np.diag(1 - h[k, b]**2) @ W_hh @ P
            J[t, b] = P
    return J


@right("backprop_of_unit_vectors")
def influence(h, W_hh):
    # row i = gradient of unit i of the last state, so backprop e_i
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for i in range(H):
        g = np.zeros((B, H), dtype=h.dtype)
        g[:, i] = 1
        J[T - 1, :, i] = g
        for t in reversed(range(T - 1)):
            g = (g * (1 - h[t + 1]**2)) @ W_hh
            J[t, :, i] = g
    return J


@wrong(
    "transposed_result",
    "The backprop formula for column vectors, W^T diag(1 - h²) δ, is used; it builds the transpose, so column i belongs to unit i of h_T.",
    "Take T = 2 and set all but one entry of W_hh to zero. In which row does the number turn up, and of which unit of h_T is it?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for b in range(B):
        J[T-1, b] = np.eye(H)
        for t in range(T-2, -1, -1):
            # delta_t = W^T diag(f') delta_{t+1}
            J[t, b] = W_hh.T @ np.diag(1 - h[t+1, b]**2) @ J[t+1, b]
    return J


@wrong(
    "factors_in_wrong_order",
    "Going back, each earlier Jacobian is multiplied on from the left, so the product is in reversed order.",
    "With T = 3, write ∂h_3/∂h_1 by the chain rule. Which Jacobian stands on the left, that of step 2 or that of step 3?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        D = (1 - h[t + 1]**2)[..., None] * W_hh
        J[t] = D @ J[t + 1]
    return J


@wrong(
    "slope_one_step_early",
    "For the step from h_t to h_{t+1} the slope is taken at h_t; the slope of tanh belongs to the state that comes out of it.",
    "In ∂h_{t+1}/∂h_t, the tanh of which step is differentiated, and which entry of h is its output?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 1)[::-1]:
        J[t] = (J[t + 1] * (1 - h[t]**2)[:, None, :]) @ W_hh
    return J


@wrong(
    "slopes_scale_the_columns",
    "W diag(1 - h²) in place of diag(1 - h²) W: the slopes scale the columns of W_hh, not its rows.",
    "The slope of unit i of the new state should touch all that flows into unit i. Is that a row or a column of W_hh?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    d = 1 - h**2
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        jac = W_hh * d[t + 1][:, None, :]
        J[t] = J[t + 1] @ jac
    return J


@wrong(
    "powers_of_w",
    "Only powers of W_hh: the slopes of tanh are forgotten, as in the linear example of the lecture.",
    "Try a network whose states are all near ±1. Should the last state still depend that much on the first?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    for t in range(T):
        J[t] = np.linalg.matrix_power(W_hh, T - 1 - t)   # W^(T-t)
    return J


@wrong(
    "last_is_one_step_already",
    "The whole result is shifted by one step: the last entry is already one Jacobian, and every other entry has a factor too many.",
    "What is the derivative of h_T with respect to itself? Compare with your last entry.",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    P = np.broadcast_to(np.eye(H, dtype=h.dtype), (B, H, H))
    for t in range(T - 1, -1, -1):
        P = (P * (1 - h[t]**2)[:, None, :]) @ W_hh
        J[t] = P
    return J


@wrong(
    "influence_of_the_first_state",
    "Goes forwards and gives ∂h_t/∂h_1: how each state depends on the first, not the last state on each.",
    "Which of your entries is the identity, and which should it be?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[0] = np.eye(H)
    for t in range(1, T):
        J[t] = ((1 - h[t]**2)[:, :, None] * W_hh) @ J[t - 1]
    return J


@wrong(
    "single_steps_only",
    "Each entry is the Jacobian of one step, ∂h_{t+1}/∂h_t; they are never multiplied together.",
    "Your entry for h_1 does not change if you alter only h_3. Can h_T reach h_1 without passing h_3?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for t in range(T):
        for b in range(B):
            if t == T - 1:
                J[t, b] = np.eye(H)
            else:
                J[t, b] = np.diag(1 - h[t + 1, b]**2) @ W_hh
    return J


@wrong(
    "dtype_lost",
    "np.zeros and np.eye without a dtype make float64, also for float32 states.",
    "Give it float32 and look at J.dtype. Which of your lines chose that type?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H))
    J[T - 1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        for b in range(B):
            J[t, b] = J[t + 1, b] @ np.diag(1 - h[t + 1, b] ** 2) @ W_hh
    return J


@wrong(
    "elementwise_product",
    "Jacobians are multiplied entry by entry with *, not as matrices.",
    "Your matrices for all steps before the last are diagonal. Is W_hh diagonal?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.ones((T, B, H, H), dtype=h.dtype) * np.eye(H, dtype=h.dtype)
    for t in range(T - 2, -1, -1):
        J[t] = J[t + 1] * ((1 - h[t + 1]**2)[:, :, None] * W_hh)
    return J


@wrong(
    "batch_averaged_away",
    "The slopes are averaged over the batch, so there is one matrix for each step, not one for each example.",
    "What is the shape of your result? Do two examples with different states have the same slopes?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        slope = np.mean(1 - h[t + 1]**2, axis=0)
        J[t] = J[t + 1] @ np.diag(slope) @ W_hh
    return J


@wrong(
    "squashed_again",
    "tanh is applied to states that are squashed already before the slope is taken.",
    "Read the description of h once more. What would your slope be for a state of exactly 1?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    dtanh = 1 - np.tanh(h)**2
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H, dtype=h.dtype)
    for t in range(T - 2, -1, -1):
        J[t] = J[t + 1] @ (dtanh[t + 1][:, :, None] * W_hh)
    return J


@wrong(
    "same_array_appended",
    "The running product is overwritten in place and appended each time, so all entries are the same array: the earliest one.",
    "Check `Js[0] is Js[1]`. What does append store, a copy or the array itself?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    P = np.zeros((B, H, H), dtype=h.dtype)
    P[:] = np.eye(H)
    Js = [P]
    for t in range(T - 1, 0, -1):
        P[:] = P @ ((1 - h[t]**2)[:, :, None] * W_hh)
        Js.append(P)
    Js.reverse()
    return np.array(Js)


@wrong(
    "list_left_backwards",
    "The matrices are collected from the last step to the first and never turned round: entry 0 is the identity.",
    "Print entry 0 and entry -1 of your result. Which of them should be the identity?",
)
def influence(h, W_hh):
    _, B, H = h.shape
    current = np.stack([np.eye(H, dtype=h.dtype)] * B)
    Js = [current]
    for h_t in reversed(h[1:]):
        current = np.einsum("bij,bj,jk->bik", current, 1 - h_t**2, W_hh)
        Js.append(current)
    return np.stack(Js)


@wrong(
    "w_transposed_inside",
    "W_hh.T in each step, because the forward pass has h @ W_hh.T; the derivative with rows for new units needs W_hh as it is.",
    "Entry (i, j) of ∂h_{t+1}/∂h_t: by which entry of W_hh does unit j enter unit i?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        # forward was  a = x @ W_ih.T + h @ W_hh.T + b
        J[t] = (J[t + 1] * (1 - h[t + 1][:, None, :]**2)) @ W_hh.T
    return J


@wrong(
    "states_turned_into_slopes",
    "To save memory the slopes are computed in place in h, so the caller's states are destroyed.",
    "Print h before and after the call. To whom does that array belong?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    d = h
    d *= d
    d *= -1
    d += 1
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        J[t] = (J[t + 1] * d[t + 1][:, None, :]) @ W_hh
    return J


@wrong(
    "slopes_on_the_rows_of_the_product",
    "The slopes of h_{t+1} scale the rows of the product so far; they stand between it and W_hh and should meet its columns. Right for the last step only.",
    "It is right for T = 2. For T = 3, where in the chain do the slopes of h_2 stand, and what is on either side of them?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        J[t] = ((1 - h[t + 1]**2)[:, :, None] * J[t + 1]) @ W_hh
    return J


@wrong(
    "slopes_and_power_separated",
    "Collects the slopes into one product and the weights into one power, as if diag(…) and W_hh could change places.",
    "Does diag(d) W diag(e) W equal diag(d e) W W? Try two small matrices.",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for t in range(T):
        slopes = np.prod(1 - h[t + 1:]**2, axis=0)           # (B, H), ones for t = T
        power = np.linalg.matrix_power(W_hh, T - 1 - t)
        J[t] = slopes[:, :, None] * power
    return J


@wrong(
    "first_step_left_out",
    "The loop stops before index 0, so the entry for h_1 stays zero.",
    "Which values does t take in your loop? List them for T = 4.",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 2, 0, -1):
        J[t] = J[t + 1] @ ((1 - h[t + 1]**2)[:, :, None] * W_hh)
    return J


@wrong(
    "slope_not_squared",
    "Takes 1 - h for the slope of tanh in place of 1 - h².",
    "Which slopes do you get for h = -1 and for h = 1? Is tanh steep on one side and flat on the other?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        J[t] = (J[t + 1] * (1 - h[t + 1])[:, None, :]) @ W_hh
    return J
