// Say a telephone number: what a network with attention writes, where it looks, and what one vector makes of it.
import { affine, gru } from "./cells.js";
import { el, number, shades, text, unpack } from "./kit.js";
import { bars, best, percent, softmax } from "./letters.js";

export const WORDS = "zero oh one two three four five six seven eight nine double triple".split(" ");
const DIGIT = [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const [MOST, STEPS, STOP] = [12, 19, 10];

export const read = (documents) => {
  const { weights } = documents["seq2seq/looking"];
  const of = (name) =>
    Object.fromEntries(
      Object.keys(weights)
        .filter((key) => key.startsWith(`${name}.`))
        .map((key) => [key.slice(name.length + 1), unpack(weights[key])]),
    );
  return { attention: of("attention"), fixed: of("fixed") };
};

// Words by their numbers; a figure counts as its word, anything else is not heard. Where nothing is left, "oh".
export const heard = (said) => {
  const ids = said
    .toLowerCase()
    .replace(/\d/g, (d) => ` ${WORDS[d === "0" ? 0 : Number(d) + 1]} `)
    .split(/[^a-z]+/)
    .map((word) => WORDS.indexOf(word))
    .filter((id) => id >= 0)
    .slice(0, MOST);
  return ids.length ? ids : [1];
};

// The digits that are meant; none where a word asks for two or three of something that is no digit.
const meant = (ids) => {
  const digits = [];
  let times = 1;
  for (const id of ids) {
    if (id < 11) digits.push(...Array(times).fill(DIGIT[id]));
    else if (times > 1) return null;
    times = id < 11 ? 1 : id - 9;
  }
  return times > 1 ? null : digits;
};

const dot = (a, b) => a.reduce((sum, a_i, i) => sum + a_i * b[i], 0);
const bridge = (h, w) => affine(w["bridge.weight"], h, w["bridge.bias"]).map(Math.tanh);

// Encoder, decoder, and in between the weights of attention, of the scores or all alike; what is said is read again.
export const run = (ids, w, alike = false) => {
  const zero = { h: new Float64Array(w["bridge.weight"].shape[0]) };
  let state = zero;
  const h = ids.map((id) => (state = gru(id, state, w, "encoder.")).h);
  const keys = w["scores.weight"] && h.map((h_j) => affine(w["scores.weight"], h_j));
  let [s, said] = [{ h: bridge(h.at(-1), w) }, null];
  const [symbols, p, alpha] = [[], [], []];
  while (symbols.length < STEPS && said !== STOP) {
    s = gru(said, s, w, "decoder.");
    let mixed = s.h;
    if (keys) {
      const a = alike ? ids.map(() => 1 / ids.length) : softmax(keys.map((key) => dot(s.h, key)));
      const c = s.h.map((_, i) => h.reduce((sum, h_j, j) => sum + a[j] * h_j[i], 0));
      mixed = [...c, ...s.h];
      alpha.push(a);
    }
    const read_out = affine(w["mix.weight"], mixed, w["mix.bias"]).map(Math.tanh);
    p.push(softmax(affine(w["out.weight"], read_out, w["out.bias"])));
    [said] = best(p.at(-1));
    symbols.push(said);
  }
  return { symbols, p, alpha };
};

export const controls = [
  { name: "said", label: "Your number", text: 80, value: "double seven oh three four nine" },
  { name: "off", label: "attention off: all words alike", value: false },
  { name: "t", label: "output", min: 1, max: STEPS, step: 1, value: 2, plays: true, limit: ({ said }) => most(said) },
];
// As many outputs as the number that is meant has, and the end symbol; where none is meant, two a word.
const most = (said) => {
  const ids = heard(said);
  return Math.min(STEPS, (meant(ids)?.length ?? 2 * ids.length) + 1);
};

export const compute = ({ said, off, t }, data) => {
  const ids = heard(said);
  const [looks, fixed] = [run(ids, data.attention, off), run(ids, data.fixed)];
  return { ids, meant: meant(ids), now: Math.min(t, looks.symbols.length) - 1, looks, fixed };
};

const sign = (k) => (k === STOP ? "end" : String(k));
const written = (symbols) => symbols.filter((k) => k !== STOP).join("") || "nothing";

const [LEFT, TOP, ROW, HEIGHT] = [66, 44, 21, 322];
const table = ({ off }, { ids, now, looks }) => {
  const T = looks.symbols.length;
  const width = Math.min(26, 268 / T);
  const [x, y] = [(t) => LEFT + width * t, (j) => TOP + ROW * j];
  const cells = looks.alpha.flatMap((a, t) => a.map((v, j) => [x(t) + 1, y(j) + 1, width - 2, v]));
  const [top] = best(looks.alpha[now]);
  const bottom = y(ids.length);
  return {
    width: 340,
    height: HEIGHT,
    drawn: [
      text(LEFT, 14, "written, one after the other"),
      ...looks.symbols.map((k, t) =>
        text(x(t + 0.5), 34, k === STOP ? "■" : String(k), {
          "text-anchor": "middle",
          class: "moving-letter",
          style: t === now ? "font-weight:700" : undefined,
        }),
      ),
      ...ids.map((id, j) =>
        text(LEFT - 6, y(j + 0.5) + 5, WORDS[id], {
          "text-anchor": "end",
          style: j === top && !off ? "font-weight:700" : undefined,
        }),
      ),
      shades(cells, ROW - 2),
      el("rect", { x: LEFT, y: TOP, width: width * T, height: bottom - TOP, class: "moving-grid", fill: "none" }),
      el("rect", {
        x: x(now),
        y: 20,
        width,
        height: bottom - 18,
        fill: "none",
        class: "moving-back",
        "stroke-width": 2,
      }),
      text(LEFT, bottom + 18, "blue: weight of a word"),
    ].join(""),
    hover: (px) => {
      const t = Math.floor((px - LEFT) / width);
      return t >= 0 && t < T ? { t: t + 1 } : null;
    },
    alt: `A row for each of ${ids.length} words that are said, a column for each of ${T} symbols that are written; output ${now + 1} is marked and looks most at word ${top + 1}.`,
  };
};

export const panels = (settings, numbers) => {
  const { looks, fixed, now } = numbers;
  const p = looks.p[now];
  const q = fixed.p[now] ?? p.map((_, k) => (k === STOP ? 1 : 0)); // what has ended stays so
  const right = bars(
    best(p, 8).map((k) => [k === STOP ? "end" : String(k), p[k], q[k]]),
    "attention | one vector",
  );
  return [
    table(settings, numbers),
    {
      width: 340,
      height: HEIGHT,
      drawn: right.drawn,
      alt: `The eight symbols that the network with attention finds likeliest at output ${now + 1}; first ${sign(best(p)[0])}, ${percent(Math.max(...p))}.`,
    },
  ];
};

export const words = ({ off }, { ids, meant: digits, now, looks, fixed }) => {
  const a = looks.alpha[now];
  const [top] = best(a);
  const there = `at word ${top + 1}, “${WORDS[ids[top]]}”, with ${percent(a[top])} of its weight`;
  const place = off ? "at all words alike" : there;
  const [wanted, said] = [digits && digits.join(""), looks.symbols[now]];
  const judged = (symbols) => {
    const right = written(symbols) === wanted && symbols.at(-1) === STOP;
    return written(symbols) + (wanted === null ? "" : right ? " (right)" : " (wrong)");
  };
  return [
    `Output ${now + 1} is ${said === STOP ? "the end symbol" : `“${said}”`}; the network looked ${place}.`,
    [
      ["meant", wanted ?? "nothing that the rules know"],
      [off ? "attention off" : "attention", judged(looks.symbols)],
      ["one vector", judged(fixed.symbols)],
      ["largest weight", number(a[top])],
    ],
  ];
};
