"""As a student who adapts a blog post, an old Keras script or a Theano repository: one step of the network."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("columns_and_back")
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    x, h = x_t.T, h_prev.T
    z = np.dot(W_ih, x) + b_ih.reshape(-1, 1) + np.dot(W_hh, h) + b_hh.reshape(-1, 1)
    return np.tanh(z).T


@right("one_fused_matrix")
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    W = np.hstack([W_ih, W_hh, (b_ih + b_hh)[:, None]])
    one = np.ones((len(x_t), 1), dtype=x_t.dtype)
    return np.tanh(np.hstack([x_t, h_prev, one]) @ W.T)


@right("tanh_from_its_exponentials")
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.einsum("bf,hf->bh", x_t, W_ih) + np.einsum("bj,hj->bh", h_prev, W_hh) + b_ih + b_hh
    a = -2 * np.abs(z)
    return np.copysign(-np.expm1(a) / (1 + np.exp(a)), z)


@wrong(
    "one_bias_as_in_keras",
    "Adds only the bias of the input: the script it comes from has a single bias for each layer.",
    "Go through the arguments one by one and find each of them in your line. Does every one have an effect on h_t?",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b_ih)


@wrong(
    "sigmoid_of_the_old_slide",
    "Squashes with the logistic sigmoid, as Elman's network on the slide does, and not with tanh.",
    "Your states are never negative. Compare the function around z_t with the one in the formula.",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    net = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    return 1.0 / (1.0 + np.exp(-net))


@wrong(
    "recurrent_weights_as_in_keras",
    "Transposes W_ih because its shape demands it, and leaves W_hh as in Keras, h @ W; it is square, so nothing complains.",
    "One of the two products follows another convention than the other. What does row i of each matrix collect?",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h = np.dot(x_t, W_ih.T) + b_ih
    output = h + np.dot(h_prev, W_hh) + b_hh
    return np.tanh(output)


@wrong(
    "preactivation_clipped",
    "Clips z to [-1, 1] before tanh, as a protection from explosion that belongs to gradients.",
    "Look at the largest value in your result: why is it always the same one? Which step of your code is not in the formula?",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    z = np.clip(z, -1.0, 1.0)  # avoid exploding activations
    return np.tanh(z)


@wrong(
    "leaky_units_of_an_echo_state_network",
    "Mixes the old state with the new one, the leaky integration of an echo state network.",
    "In your version a part of h_prev goes to h_t around the tanh. Is there such a way in this cell?",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    leak = 0.3
    update = np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
    return (1 - leak) * h_prev + leak * update


@wrong(
    "state_updated_in_place",
    "Writes the new state into h_prev and returns it, as the repository does with its shared variable.",
    "Print h_prev before and after the call. Whose array do you return?",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h_prev[...] = np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
    return h_prev


@wrong(
    "column_vectors",
    "Takes W @ x from a text with column vectors, though each example is a row here; the shapes do not fit.",
    "Write the shapes of the two factors next to each product. Where is the batch, and where must the features be for @ to meet them?",
)
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(np.dot(W_ih, x_t) + np.dot(W_hh, h_prev) + b_ih + b_hh)
