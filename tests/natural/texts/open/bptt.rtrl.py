import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _cell(x_t, h, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


@right("einsum_P")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta, h = np.zeros((H, H + F + 1), dtype=x.dtype), h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        h = _cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        direct = np.einsum("ka,bi->bkai", np.eye(H, dtype=x.dtype), u)
        P = (1 - h**2)[:, :, None, None] * (np.einsum("kl,blai->bkai", W_hh, P) + direct)
        dtheta += np.einsum("bk,bkai->ai", dy[t], P)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@right("one_parameter_at_a_time")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    # forward mode: a tangent for each parameter
    def tangent(a, entry):
        h, p, total = h0, np.zeros_like(h0), 0
        for t in range(len(x)):
            q = p @ W_hh.T
            q[:, a] += entry(t, h)
            h = _cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
            p = (1 - h**2) * q
            total = total + (dy[t] * p).sum()
        return total

    H, F = W_ih.shape
    dW_ih, dW_hh, db = np.empty_like(W_ih), np.empty_like(W_hh), np.empty_like(b_ih)
    for a in range(H):
        for f in range(F):
            dW_ih[a, f] = tangent(a, lambda t, h: x[t, :, f])
        for j in range(H):
            dW_hh[a, j] = tangent(a, lambda t, h: h[:, j])
        db[a] = tangent(a, lambda t, h: 1)
    return dW_ih, dW_hh, db


@right("generator_of_sensitivities")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = len(W_hh)

    def sensitivities():
        h, P = h0, np.zeros((B, H, H, H + F + 1), x.dtype)
        for x_t in x:
            u = np.hstack([h, x_t, np.ones_like(x_t[:, :1])])
            h = _cell(x_t, h, W_ih, W_hh, b_ih, b_hh)
            P = np.matmul(W_hh, P.reshape(B, H, -1)).reshape(P.shape)
            for a in range(H):
                P[:, a, a, :] += u
            P = P * (1 - h**2).reshape(B, H, 1, 1)
            yield P

    dtheta = sum(np.tensordot(dy_t, P, axes=((0, 1), (0, 1))) for dy_t, P in zip(dy, sensitivities()))
    return np.split(dtheta, [H, H + F], axis=1)[1], dtheta[:, :H], dtheta[:, H + F]


class RTRL:
    """Online: the gradient is complete after every step."""

    def __call__(self, dy, x, h0, W_ih, W_hh, b_ih, b_hh):
        self.h, self.W = h0.copy(), (W_ih, W_hh, b_ih, b_hh)
        B, H = h0.shape
        self.P = np.zeros((B, H, H, x.shape[2] + H + 1), dtype=h0.dtype)
        self.g = np.zeros(self.P.shape[2:], dtype=h0.dtype)
        for x_t, dy_t in zip(x, dy):
            self.observe(x_t, dy_t)
        F = x.shape[2]
        return self.g[:, :F].copy(), self.g[:, F : F + H].copy(), self.g[:, F + H].copy()

    def observe(self, x_t, dy_t):
        B, H = self.h.shape
        u = np.concatenate((x_t, self.h, np.ones((B, 1), self.h.dtype)), 1)
        self.h = _cell(x_t, self.h, *self.W)
        P = np.einsum("kl,blai->bkai", self.W[1], self.P)
        P[:, np.arange(H), np.arange(H)] += u[:, None]
        self.P = (1 - self.h**2)[..., None, None] * P
        self.g += np.einsum("bk,bkai->ai", dy_t, self.P)


# ---------------------------------------------------------------- wrong

def _run(dy, x, h0, W_ih, W_hh, b_ih, b_hh, *, W=None, start=0.0, recur=True, slope=None, slope_on="both", u_new=False, h_first=None,
         weight=None, all_units=False, scale=1.0, step=_cell):
    T, B, F = x.shape
    H = len(W_hh)
    W = W_hh if W is None else W
    P = np.full((B, H, H, H + F + 1), start, dtype=x.dtype)
    dtheta, h = np.zeros((H, H + F + 1), dtype=x.dtype), h0 if h_first is None else h_first
    for t in range(T):
        new = step(x[t], h, W_ih, W_hh, b_ih, b_hh)
        u = np.concatenate([new if u_new else h, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        D = (1 - new**2 if slope is None else slope(h, new, x[t]))[:, :, None, None]
        back = np.einsum("kl,blai->bkai", W, P) if recur else np.zeros_like(P)
        direct = np.zeros_like(P)
        for a in range(H):
            if all_units:
                direct[:, :, a] += u[:, None]
            else:
                direct[:, a, a] += u
        if slope_on == "both":
            P = D * (back + direct)
        elif slope_on == "direct":
            P = back + D * direct
        elif slope_on == "back":
            P = D * back + direct
        else:
            P = back + direct
        dtheta += np.einsum("bk,bkai->ai", dy[t] if weight is None else weight(t), P)
        h = new
    dtheta = dtheta * np.asarray(scale, dtype=x.dtype)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong("W_hh_T", "W_hh.T in the recursion of P.", "W_hh acts on the units of P without transpose: sum over l of W_hh[k, l] P[l].")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, W=w[1].T)


@wrong("no_slope", "D_t is left out.", "D_t, the slope of tanh, is missing.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, slope_on="none")


@wrong("slope_on_recursion_only", "D_t on the recursive term only.", "D_t belongs to both terms.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, slope_on="back")


@wrong("slope_1_minus_h", "1 - h.", "1 - h², the square is missing.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, slope=lambda h, new, x_t: 1 - new)


@wrong("P_starts_at_one", "P starts from ones.", "∂h_0/∂θ = 0.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, start=1.0)


@wrong("last_step_only", "Only the last step's dy is used.", "Every step adds dy_t times P_t.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, weight=lambda t: dy[t] * (t == len(dy) - 1))


@wrong("total_times_total", "dh_t, the total gradient, times the total sensitivity.", "dy_t, not dh_t: long paths are counted several times.")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for x_t in x:
        h = _cell(x_t, h, W_ih, W_hh, b_ih, b_hh)
        states.append(h)
    dh = dy.copy()
    for t in reversed(range(len(x) - 1)):
        dh[t] += ((1 - states[t + 1] ** 2) * dh[t + 1]) @ W_hh
    return _run(dy, x, h0, W_ih, W_hh, b_ih, b_hh, weight=lambda t: dh[t])


@wrong("b_hh_forgotten", "b_hh is forgotten in the forward step.", "The forward step lacks b_hh.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, step=lambda x_t, h, U, W, b, c: np.tanh(x_t @ U.T + h @ W.T + b))


@wrong("mean_over_batch", "Divided by B.", "Sums over the batch.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, scale=1 / x.shape[1])


@wrong("columns_mixed_up", "The columns are split as (x, h, 1) though u is (h, x, 1).", "The columns belong to h first, then x.")
def rtrl(dy, x, h0, *w):
    a, b, c = _run(dy, x, h0, *w)
    theta, F = np.concatenate([b, a, c[:, None]], axis=1), x.shape[2]
    return theta[:, :F], theta[:, F:-1], theta[:, -1]


@wrong("one_array", "dtheta as one array.", "Three arrays are asked for.")
def rtrl(dy, x, h0, *w):
    a, b, c = _run(dy, x, h0, *w)
    return np.concatenate([b, a, c[:, None]], axis=1)


@wrong("db_column", "db (H, 1).", "db is (H,): [:, -1], not [:, -1:].")
def rtrl(dy, x, h0, *w):
    a, b, c = _run(dy, x, h0, *w)
    return a, b, c[:, None]


@wrong("shared_P", "One P for the whole batch (u averaged).", "Each example has its own sensitivities.")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    mean = lambda a, axis: a.mean(axis=axis, keepdims=True)
    return _run(dy.sum(axis=1, keepdims=True), mean(x, 1), mean(h0, 0), W_ih, W_hh, b_ih, b_hh)


@wrong("no_recursion_and_mean", "Two mistakes: no recursion, mean over batch.", "The recursive term is missing; sums, no means.")
def rtrl(dy, x, h0, *w):
    return _run(dy, x, h0, *w, recur=False, scale=1 / x.shape[1])


@wrong("float64", "float64 arrays.", "float32 in, float64 out.")
def rtrl(dy, x, h0, *w):
    return tuple(g + np.zeros(g.shape) for g in _run(dy, x, h0, *w))


@wrong("backward_in_disguise", "Back-propagation through time instead of RTRL: the numbers are right, the method is not.", "Right numbers, but by going backwards; no step backwards is asked for.")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [h0], h0
    for x_t in x:
        h_t = _cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    dW_ih, dW_hh, db, carry = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = (1 - h[t + 1] ** 2) * (dy[t] + carry)
        dW_ih, dW_hh, db, carry = dW_ih + dz.T @ x[t], dW_hh + dz.T @ h[t], db + dz.sum(0), dz @ W_hh
    return dW_ih, dW_hh, db


@wrong("library_kernel", "rnncourse.kernels.rtrl.", "Write your own.")
def rtrl(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    from rnncourse.kernels import rtrl as kernel

    return kernel.gradient(dy, x, h0, W_ih, W_hh, b_ih, b_hh)


@wrong("none", "No return.", "Nothing is returned.")
def rtrl(dy, x, h0, *w):
    _run(dy, x, h0, *w)
