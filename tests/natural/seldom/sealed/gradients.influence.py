"""As people who leave Jacobians to autograd, jacrev and vmap, and now write the product of the steps by hand."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("backward_matmul")
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H, dtype=h.dtype)
    for t in range(T - 2, -1, -1):
        step = (1 - h[t + 1] ** 2)[:, :, None] * W_hh      # diag(1 - h^2) W
        J[t] = J[t + 1] @ step
    return J


@right("rows_as_gradients")
def influence(h, W_hh):
    # each row of the identity is an upstream gradient, pushed back like in any backward pass
    T, B, H = h.shape
    g = np.broadcast_to(np.eye(H, dtype=h.dtype), (B, H, H))
    out = [g]
    for t in reversed(range(1, T)):
        dpre = g * (1 - h[t] * h[t])[:, None, :]
        g = dpre @ W_hh
        out.append(g)
    return np.stack(out[::-1])


@right("columns_forward")
def influence(h, W_hh):
    # forward mode: a unit tangent at each t, for every column at once
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), h.dtype)
    for t in range(T):
        tangent = np.tile(np.eye(H, dtype=h.dtype), (B, 1, 1))
        for k in range(t + 1, T):
            tangent = np.einsum("ij,bjc->bic", W_hh, tangent)
            tangent = (1 - h[k] ** 2)[..., None] * tangent
        J[t] = tangent
    return J


@right("einsum_with_diag")
def influence(h, W_hh):
    T, B, H = h.shape
    eye = np.eye(H, dtype=h.dtype)
    D = eye * (1 - h ** 2)[..., None, :]          # (T, B, H, H)
    steps = np.einsum("tbij,jk->tbik", D, W_hh)
    J = np.zeros_like(steps)
    J[T - 1] += eye
    for t in range(T - 1, 0, -1):
        J[t - 1] = np.einsum("bij,bjk->bik", J[t], steps[t])
    return J


@wrong(
    "steps_in_reverse_order",
    "The earlier step is multiplied from the left, so the matrices stand in the reverse order.",
    "Write out T = 3 by the chain rule: which of the two steps touches the last state, and on which side must it stand?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H, dtype=h.dtype)
    for t in range(T - 2, -1, -1):
        step = (1 - h[t + 1] ** 2)[:, :, None] * W_hh
        J[t] = step @ J[t + 1]
    return J


@wrong(
    "slope_of_the_same_step",
    "Takes the slope at h_t, where the step from t to t + 1 has the slope at h_{t+1}.",
    "Does h_1 itself stand anywhere in ∂h_2/∂h_1 once h_2 is known? Which squashing lies between the two?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H, dtype=h.dtype)
    for t in range(T - 2, -1, -1):
        D = 1 - h[t] ** 2
        J[t] = J[t + 1] @ (D[:, :, None] * W_hh)
    return J


@wrong(
    "transposed_result",
    "Multiplies as for a column of gradients, W_hhᵀ diag(…), and so returns each matrix transposed.",
    "Row i is to belong to unit i of the last state. With T = 2, does your entry [0, b, i, j] hold W_hh[i, j] or W_hh[j, i]?",
)
def influence(h, W_hh):
    # backprop: dh_{t} = W^T (1 - h^2) dh_{t+1}
    T, B, H = h.shape
    J = [np.repeat(np.eye(H, dtype=h.dtype)[None], B, axis=0)]
    for t in range(T - 1, 0, -1):
        J.insert(0, (W_hh.T * (1 - h[t] ** 2)[:, None, :]) @ J[0])
    return np.stack(J)


@wrong(
    "diagonal_on_the_right",
    "The slopes scale the columns of W_hh, W_hh diag(…), in place of its rows.",
    "A saturated unit of the new state no longer answers to anything. Which line of the one-step matrix must be zero: its row or its column?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), h.dtype)
    J[-1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        J[t] = J[t + 1] @ (W_hh * (1 - h[t + 1] ** 2)[:, None, :])
    return J


@wrong(
    "squashed_twice",
    "Computes the slope as 1 - tanh(h)², although h is squashed already.",
    "What does the description of h say has been done to it before you get it?",
)
def influence(h, W_hh):
    def dtanh(x):
        return 1 - np.tanh(x) ** 2

    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H, dtype=h.dtype)
    for t in reversed(range(T - 1)):
        J[t] = J[t + 1] @ (dtanh(h[t + 1])[:, :, None] * W_hh)
    return J


@wrong(
    "weights_only",
    "Only powers of W_hh: the slope of tanh is missing.",
    "Your matrices are the same for every example of the batch. Should they be, if one example is saturated?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    for t in range(T):
        J[t] = np.linalg.matrix_power(W_hh, T - 1 - t)
    return J


@wrong(
    "one_step_too_many",
    "The last entry is already multiplied by the last step, so every entry is one step too far: entry t holds ∂h_T/∂h_{t-1}.",
    "How does the last state depend on itself? Compare with the last entry that you return.",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    acc = np.eye(H, dtype=h.dtype)
    for t in range(T - 1, -1, -1):
        acc = acc @ ((1 - h[t] ** 2)[:, :, None] * W_hh)
        J[t] = acc
    return J


@wrong(
    "from_the_first_state",
    "Goes forward and holds ∂h_t/∂h_1, the influence of the first state on each, in place of that of each on the last.",
    "Your identity is in the first entry. Which state stays fixed in the quotient the task asks for, and which one varies with t?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[0] = np.eye(H, dtype=h.dtype)
    for t in range(1, T):
        J[t] = ((1 - h[t] ** 2)[:, :, None] * W_hh) @ J[t - 1]
    return J


@wrong(
    "torch_transpose",
    "x.transpose(0, 1) swaps two axes in torch; in NumPy it must name all axes, and with three it raises an error.",
    "Read the error at the transpose: how many axes does NumPy's want to hear of? It is not the method that you know from tensors.",
)
def influence(h, W_hh):
    h = h.transpose(0, 1)                      # batch first, (B, T, H)
    B, T, H = h.shape
    J = np.zeros((B, T, H, H), dtype=h.dtype)
    J[:, -1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        J[:, t] = J[:, t + 1] @ ((1 - h[:, t + 1] ** 2)[..., None] * W_hh)
    return J.transpose(0, 1)


@wrong(
    "eye_in_float64",
    "np.eye and the products begin in float64, so float32 states give a float64 result.",
    "Print the dtype of the identity that you start from. What becomes of float32 beside it?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    cur = np.tile(np.eye(H), (B, 1, 1))
    Js = [cur]
    for t in range(T - 1, 0, -1):
        cur = cur @ ((1 - h[t] ** 2)[:, :, None] * W_hh)
        Js.append(cur)
    return np.array(Js[::-1])


@wrong(
    "star_for_matmul",
    "Multiplies the Jacobians entry by entry; with the identity to begin with, all but the diagonal stays zero.",
    "All your entries off the diagonal are zero. Which of the operators did you use for the product of two matrices?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H, dtype=h.dtype)
    for t in range(T - 2, -1, -1):
        J[t] = J[t + 1] * ((1 - h[t + 1] ** 2)[:, :, None] * W_hh)
    return J


@wrong(
    "only_neighbours",
    "Entry t holds the single step ∂h_{t+1}/∂h_t; the product over the following steps is missing.",
    "How many steps lie between h_1 and h_T, and how many matrices go into your first entry?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = (1 - h[..., None] ** 2) * W_hh
    J = np.roll(J, -1, axis=0)
    J[-1] = np.eye(H)
    return J


@wrong(
    "batch_averaged_slope",
    "The slopes are averaged over the batch, so all examples share one matrix.",
    "Examples do not meet in the forward pass. Change example 0: should the matrix of example 1 move?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    A = np.eye(H, dtype=h.dtype)
    J[-1] = A
    for t in range(T - 2, -1, -1):
        d = (1 - h[t + 1] ** 2).mean(axis=0)
        A = A @ (np.diag(d) @ W_hh)
        J[t] = A
    return J


@wrong(
    "grad_of_the_sum",
    "As autograd.grad(h_T.sum(), h_t) would: a vector of ones goes back, and the rows come out summed.",
    "A backward call wants one number. What have you added together to have one, and which axis of the result was lost?",
)
def influence(h, W_hh):
    # same as torch.autograd.grad(h[-1].sum(), h[t])
    T, B, H = h.shape
    g = np.ones((B, H), dtype=h.dtype)
    J = np.empty_like(h)
    J[-1] = g
    for t in range(T - 1, 0, -1):
        g = (g * (1 - h[t] ** 2)) @ W_hh
        J[t - 1] = g
    return J


@wrong(
    "same_buffer_appended",
    "One buffer is overwritten at each step and appended without a copy, so every entry shows the oldest product.",
    "Are your entries different objects, or several names of one? Compare the first with the last.",
)
def influence(h, W_hh):
    T, B, H = h.shape
    A = np.tile(np.eye(H, dtype=h.dtype), (B, 1, 1))
    out = [A]
    for t in range(T - 1, 0, -1):
        A[...] = A @ ((1 - h[t] ** 2)[:, :, None] * W_hh)
        out.append(A)
    out.reverse()
    return np.stack(out)


@wrong(
    "not_turned_round",
    "The list is built from the end and not turned round: the identity comes first.",
    "In which order did you append, and which entry should the identity be?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.broadcast_to(np.eye(H, dtype=h.dtype), (B, H, H))
    out = [J]
    for t in range(T - 1, 0, -1):
        J = np.einsum("bij,bj,jk->bik", J, 1 - h[t] ** 2, W_hh)
        out.append(J)
    return np.stack(out, axis=0)


@wrong(
    "square_missing",
    "The slope is 1 - h in place of 1 - h².",
    "Is the slope of tanh the same at +a and at -a? Is yours, and can it exceed 1?",
)
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.empty((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    t = T - 2
    while t >= 0:
        for b in range(B):
            J[t, b] = J[t + 1, b] @ np.diag(1 - h[t + 1, b]) @ W_hh
        t -= 1
    return J
