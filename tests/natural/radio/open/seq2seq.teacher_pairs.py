"""seq2seq.teacher_pairs"""
import numpy as np


def r_plain_loops(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), dtype=int)
    for b in range(B):
        n = lengths[b]
        inputs[0, b] = start
        for t in range(n):
            inputs[t + 1, b] = y[t, b]
            targets[t, b] = y[t, b]
        targets[n, b] = end
        for t in range(n + 1):
            real[t, b] = 1
    return inputs, targets, real


def r_python_lists(y, lengths, start, end, pad):
    T = len(y)
    src, tgt, mask = [], [], []
    for col, n in zip(y.T.tolist(), lengths.tolist()):
        sent = col[:n]
        fill = [pad] * (T - n)
        src.append([start] + sent + fill)
        tgt.append(sent + [end] + fill)
        mask.append([1] * (n + 1) + [0] * (T - n))
    return np.array(src).T, np.array(tgt).T, np.array(mask).T


def r_where_vectorised(y, lengths, start, end, pad):
    T, B = y.shape
    t = np.arange(T + 1)[:, None]
    row = np.zeros((1, B), dtype=y.dtype)
    shifted = np.concatenate([row + start, y])
    ahead = np.concatenate([y, row])
    real = (t <= lengths).astype(int)
    inputs = np.where(real == 1, shifted, pad)
    targets = np.where(t < lengths, ahead, np.where(t == lengths, end, pad))
    return inputs, targets, real


def w_real_without_end(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), dtype=int)
    for b, n in enumerate(lengths):
        inputs[0, b] = start
        inputs[1:n + 1, b] = y[:n, b]
        targets[:n, b] = y[:n, b]
        targets[n, b] = end
        real[:n, b] = 1
    return inputs, targets, real


def w_end_in_last_row(y, lengths, start, end, pad):
    T, B = y.shape
    bos = np.full((1, B), start)
    eos = np.full((1, B), end)
    inputs = np.concatenate([bos, y], axis=0)
    targets = np.concatenate([y, eos], axis=0)
    real = (np.arange(T + 1)[:, None] <= lengths[None, :]).astype(int)
    inputs = np.where(real == 1, inputs, pad)
    targets = np.where(real == 1, targets, pad)
    return inputs, targets, real


def w_mask_from_pad(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    for b in range(B):
        n = lengths[b]
        inputs[: n + 1, b] = [start, *y[:n, b]]
        targets[: n + 1, b] = [*y[:n, b], end]
    # pytorch: mask = tgt.ne(pad_idx)
    real = (targets != pad).astype(int)
    return inputs, targets, real


def w_end_in_inputs_too(y, lengths, start, end, pad):
    T, B = y.shape
    seqs = np.full((T + 2, B), pad)
    for b in range(B):
        n = lengths[b]
        seqs[0, b] = start
        seqs[1:n + 1, b] = y[:n, b]
        seqs[n + 1, b] = end
    inputs = seqs[:-1]      # tgt[:-1]
    targets = seqs[1:]      # tgt[1:]
    real = (np.arange(T + 1)[:, None] <= lengths).astype(int)
    return inputs, targets, real


def w_padding_left_in(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.vstack([np.full((1, B), start), y])
    targets = np.vstack([y, np.full((1, B), pad)])
    targets[lengths, np.arange(B)] = end
    real = (np.arange(T + 1)[:, None] <= lengths).astype(int)
    return inputs, targets, real


def w_batch_first(y, lengths, start, end, pad):
    B = y.shape[1]
    T = y.shape[0]
    inputs = np.full((B, T + 1), pad)
    targets = np.full((B, T + 1), pad)
    real = np.zeros((B, T + 1), dtype=np.int64)
    for i in range(B):
        n = lengths[i]
        sent = list(y[:n, i])
        inputs[i, :n + 1] = [start] + sent
        targets[i, :n + 1] = sent + [end]
        real[i, :n + 1] = 1
    return inputs, targets, real


def w_T_steps_only(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T, B), pad)
    targets = np.full((T, B), pad)
    real = np.zeros((T, B), dtype=int)
    for b in range(B):
        n = lengths[b]
        inputs[:n, b] = np.r_[start, y[:n - 1, b]]
        targets[:n, b] = y[:n, b]
        real[:n, b] = 1
    return inputs, targets, real


def w_start_in_targets(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), int)
    for b in range(B):
        s = y[:lengths[b], b]
        targets[:len(s) + 1, b] = np.concatenate([[start], s])
        inputs[:len(s) + 1, b] = np.concatenate([s, [end]])
        real[:len(s) + 1, b] = 1
    return inputs, targets, real


def w_mask_turned(y, lengths, start, end, pad):
    T, B = y.shape
    steps = np.arange(T + 1)[:, None]
    key_padding_mask = (steps > lengths[None]).astype(int)
    inputs = np.full((T + 1, B), pad)
    inputs[0] = start
    inputs[1:] = y
    targets = np.full((T + 1, B), pad)
    targets[:-1] = y
    targets[lengths, np.arange(B)] = end
    inputs[key_padding_mask == 1] = pad
    targets[key_padding_mask == 1] = pad
    return inputs, targets, key_padding_mask


def w_end_one_late(y, lengths, start, end, pad):
    T, B = y.shape
    inputs, targets, real = [np.full((T + 1, B), pad) for _ in range(3)]
    real[:] = 0
    for b in range(B):
        n = lengths[b]
        inputs[0, b] = start
        inputs[1:n + 1, b] = y[:n, b]
        targets[:n, b] = y[:n, b]
        targets[min(n + 1, T), b] = end
        real[:n + 1, b] = 1
    return inputs, targets, real


def w_ignore_index(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), -100)  # CrossEntropyLoss ignores it
    real = np.zeros((T + 1, B), int)
    for b in range(B):
        n = int(lengths[b])
        inputs[:n + 1, b] = np.append(start, y[:n, b])
        targets[:n + 1, b] = np.append(y[:n, b], end)
        real[:n + 1, b] = 1
    return inputs, targets, real


def w_float_mask(y, lengths, start, end, pad):
    T, B = y.shape
    real = np.arange(T + 1)[:, None] <= lengths
    inputs = np.vstack((np.full(B, start), y))
    targets = np.vstack((y, np.full(B, pad)))
    for b in range(B):
        targets[lengths[b], b] = end
    inputs[~real] = pad
    targets[~real] = pad
    return inputs, targets, real.astype(float)


RIGHT = {
    "plain_loops": r_plain_loops,
    "python_lists": r_python_lists,
    "where_vectorised": r_where_vectorised,
}
WRONG = {
    "real_without_end": (w_real_without_end, "real covers only the n symbols, not the step at which the end symbol is said.", "How many things has the decoder to say for a sentence of n symbols? Sum your real over time."),
    "end_in_last_row": (w_end_in_last_row, "The end symbol is put into the last row of the batch, not behind the last symbol of each sentence.", "Look at the targets of a sentence shorter than T: what should it say after its last symbol, and does it?"),
    "mask_from_pad": (w_mask_from_pad, "real is derived from targets != pad, so a real symbol with the number pad is masked.", "May a sentence contain the symbol whose number is pad? What is your real there?"),
    "end_in_inputs_too": (w_end_in_inputs_too, "The whole sequence with start and end is cut at the last row only, so shorter sentences read the end symbol as an input.", "Compare your inputs of a short sentence with those of the longest: does the decoder ever read the end symbol?"),
    "padding_left_in": (w_padding_left_in, "Behind the sentences the old padding of y is left instead of pad.", "Where real is 0, which number must be there, and which is there in yours?"),
    "batch_first": (w_batch_first, "The arrays are (B, T + 1) as with batch_first.", "Which axis is time in this course? Print the shapes."),
    "T_steps_only": (w_T_steps_only, "Only T steps are made: the end symbol is never taught.", "A sentence of n symbols: how many steps does the decoder need, the end counted?"),
    "start_in_targets": (w_start_in_targets, "inputs and targets are exchanged.", "Which of the two begins with the start symbol: what is read, or what should be said?"),
    "mask_turned": (w_mask_turned, "The mask is a key_padding_mask: 1 at padding.", "What does a 1 in real stand for?"),
    "end_one_late": (w_end_one_late, "The end symbol stands at step n + 1, one behind its place (in code, n is already the step after the last symbol).", "A sentence of n symbols fills the steps 0 to ...? Which index comes next?"),
    "ignore_index": (w_ignore_index, "targets are filled up with -100, the ignore_index of PyTorch, instead of pad.", "Which number does the task want in targets where real is 0?"),
    "float_mask": (w_float_mask, "real is an array of floats, not of whole numbers.", "Look at the dtype of the third array."),
}
