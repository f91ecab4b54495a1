"""seq2seq.teacher_pairs"""
import numpy as np


def r_comprehensions(y, lengths, start, end, pad):
    T, B = y.shape
    steps = range(T + 1)
    inputs = [[pad if t > lengths[b] else (start if t == 0 else y[t - 1, b]) for b in range(B)] for t in steps]
    targets = [[y[t, b] if t < lengths[b] else end if t == lengths[b] else pad for b in range(B)] for t in steps]
    real = [[int(t <= lengths[b]) for b in range(B)] for t in steps]
    return np.array(inputs), np.array(targets), np.array(real)


def r_fancy_index(y, lengths, start, end, pad):
    y = y.copy()
    T, B = y.shape
    y[np.arange(T)[:, None] >= lengths] = pad
    inputs = np.empty((T + 1, B), dtype=y.dtype)
    targets = np.empty_like(inputs)
    inputs[0], inputs[1:] = start, y
    targets[-1], targets[:-1] = pad, y
    targets[lengths, np.arange(B)] = end
    real = np.cumsum(np.ones_like(targets), axis=0) <= lengths + 1
    return inputs, targets, real.astype(y.dtype)


def r_collate_fn(y, lengths, start, end, pad):
    def pad_sequence(seqs, size, value):
        out = np.full((size, len(seqs)), value, dtype=int)
        for i, s in enumerate(seqs):
            out[:len(s), i] = s
        return out

    sents = [list(y[:n, b]) for b, n in enumerate(lengths)]
    size = y.shape[0] + 1
    return (
        pad_sequence([[start] + s for s in sents], size, pad),
        pad_sequence([s + [end] for s in sents], size, pad),
        pad_sequence([[1] * (len(s) + 1) for s in sents], size, 0),
    )


def w_shift_wrong_way(y, lengths, start, end, pad):
    T, B = y.shape
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), int)
    for b, n in enumerate(lengths):
        targets[:n, b] = y[:n, b]
        targets[n, b] = end
        real[:n + 1, b] = 1
    inputs = np.roll(targets, -1, axis=0)
    inputs[0] = start
    inputs[real == 0] = pad
    return inputs, targets, real


def w_huggingface_dict(y, lengths, start, end, pad):
    T, B = y.shape
    labels = np.full((T + 1, B), pad)
    decoder_input_ids = np.full((T + 1, B), pad)
    attention_mask = np.zeros((T + 1, B), dtype=int)
    for b in range(B):
        n = lengths[b]
        labels[:n, b] = y[:n, b]
        labels[n, b] = end
        decoder_input_ids[0, b] = start
        decoder_input_ids[1:n + 1, b] = y[:n, b]
        attention_mask[:n + 1, b] = 1
    return {"decoder_input_ids": decoder_input_ids, "labels": labels, "decoder_attention_mask": attention_mask}


def w_writes_into_y(y, lengths, start, end, pad):
    T, B = y.shape
    for b in range(B):
        y[lengths[b]:, b] = pad
    inputs = np.concatenate([np.full((1, B), start), y])
    targets = np.concatenate([y, np.full((1, B), pad)])
    targets[lengths, np.arange(B)] = end
    real = (np.arange(T + 1)[:, None] <= lengths).astype(int)
    return inputs, targets, real


def w_fairseq_eos_start(y, lengths, start, end, pad):
    # prev_output_tokens = eos + target[:-1]
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), int)
    for b in range(B):
        n = lengths[b]
        targets[:n, b] = y[:n, b]
        targets[n, b] = end
        inputs[0, b] = end
        inputs[1:n + 1, b] = y[:n, b]
        real[:n + 1, b] = 1
    return inputs, targets, real


def w_replaces_last_symbol(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), int)
    for b in range(B):
        n = lengths[b]
        inputs[0, b] = start
        inputs[1:n + 1, b] = y[:n, b]
        targets[:n, b] = y[:n, b]
        targets[n - 1, b] = end
        real[:n + 1, b] = 1
    return inputs, targets, real


def w_lengths_from_pad(y, lengths, start, end, pad):
    T, B = y.shape
    lens = (y != pad).sum(axis=0)
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), int)
    for b in range(B):
        n = lens[b]
        inputs[0, b] = start
        inputs[1:n + 1, b] = y[:n, b]
        targets[:n, b] = y[:n, b]
        targets[n, b] = end
        real[:n + 1, b] = 1
    return inputs, targets, real


def w_padding_zero(y, lengths, start, end, pad):
    T, B = y.shape
    real = (np.arange(T + 1)[:, None] <= lengths).astype(int)
    inputs = np.vstack([np.full((1, B), start), y]) * real
    targets = np.vstack([y, np.zeros((1, B), int)])
    targets[lengths, np.arange(B)] = end
    targets = targets * real
    return inputs, targets, real


def w_cut_at_longest(y, lengths, start, end, pad):
    T = lengths.max()
    B = len(lengths)
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), int)
    for b in range(B):
        n = lengths[b]
        inputs[:n + 1, b] = [start] + y[:n, b].tolist()
        targets[:n + 1, b] = y[:n, b].tolist() + [end]
        real[:n + 1, b] = 1
    return inputs, targets, real


def w_float_arrays(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.ones((T + 1, B)) * pad
    targets = np.ones((T + 1, B)) * pad
    real = np.zeros((T + 1, B))
    for b in range(B):
        inputs[0, b] = start
        for t in range(lengths[b]):
            inputs[t + 1, b] = y[t, b]
            targets[t, b] = y[t, b]
        targets[lengths[b], b] = end
        real[:lengths[b] + 1, b] = 1
    return inputs, targets, real


def w_both_framed(y, lengths, start, end, pad):
    T, B = y.shape
    seq = np.full((T + 2, B), pad)
    real = np.zeros((T + 2, B), dtype=int)
    for b in range(B):
        n = lengths[b]
        seq[: n + 2, b] = [start, *y[:n, b], end]
        real[: n + 2, b] = 1
    return seq, seq.copy(), real


def w_first_length_for_all(y, lengths, start, end, pad):
    T, B = y.shape
    n = lengths[0]
    inputs = np.full((T + 1, B), pad)
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), dtype=int)
    inputs[0] = start
    inputs[1:n + 1] = y[:n]
    targets[:n] = y[:n]
    targets[n] = end
    real[:n + 1] = 1
    return inputs, targets, real


def w_returns_lists(y, lengths, start, end, pad):
    T, B = y.shape
    inputs, targets, real = [], [], []
    for t in range(T + 1):
        row_i, row_t, row_r = [], [], []
        for b in range(B):
            n = lengths[b]
            row_i.append(start if t == 0 else (y[t - 1][b] if t <= n else pad))
            row_t.append(y[t][b] if t < n else (end if t == n else pad))
            row_r.append(1 if t <= n else 0)
        inputs.append(row_i)
        targets.append(row_t)
        real.append(row_r)
    return inputs, targets, real


RIGHT = {
    "comprehensions": r_comprehensions,
    "fancy_index": r_fancy_index,
    "collate_fn": r_collate_fn,
}
WRONG = {
    "shift_wrong_way": (w_shift_wrong_way, "inputs are the targets rolled to the left, so the decoder reads what comes a step later.", "At step 1, what should the decoder have said one step before? Compare it with inputs[1]."),
    "huggingface_dict": (w_huggingface_dict, "A dict with the names of Hugging Face is returned, not three arrays.", "How would a caller take inputs, targets, real from what you return?"),
    "writes_into_y": (w_writes_into_y, "The padding of y itself is overwritten with pad.", "Print y before and after the call."),
    "fairseq_eos_start": (w_fairseq_eos_start, "As in fairseq the end symbol is read first, not start.", "Where in your function is start used?"),
    "replaces_last_symbol": (w_replaces_last_symbol, "The end symbol overwrites the last symbol of the sentence.", "Count the symbols of a sentence in your targets: are all there, the last one too?"),
    "lengths_from_pad": (w_lengths_from_pad, "Lengths are counted from y != pad instead of taken from lengths.", "What if y has other padding than pad, or pad is a symbol of a sentence? Which argument says how long it is?"),
    "padding_zero": (w_padding_zero, "Multiplication by the mask makes padding 0 instead of pad.", "Call it with pad=7. What stands behind the sentences?"),
    "cut_at_longest": (w_cut_at_longest, "The arrays are as long as the longest sentence of the batch + 1, not T + 1.", "Call it with a batch in which no sentence fills y, and print the shapes."),
    "float_arrays": (w_float_arrays, "Made of np.ones and np.zeros, the arrays are floats.", "Can your symbols still be used as indices? Look at the dtype."),
    "both_framed": (w_both_framed, "inputs and targets are both the whole sequence with start and end, not shifted.", "With which inputs does your decoder predict which symbol? Compare the two arrays at the same step."),
    "first_length_for_all": (w_first_length_for_all, "The length of the first sentence is used for the whole batch.", "Where do you use lengths[1]?"),
    "returns_lists": (w_returns_lists, "Lists are returned, not arrays.", "What is the type of what you return?"),
}
