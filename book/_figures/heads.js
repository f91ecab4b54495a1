// Type into a machine that has learnt to copy: what goes in, what comes back, and where its two heads are at every step.
import { axes, el, line, number, range, shades, text as label, unpack } from "./kit.js";
import { initial, step } from "./ntm.js";

const [LONGEST, BITS, TRAINED] = [40, 8, 20];

// Latin-1, without its control characters: eight bits each.
const coded = (c) => /[ -~\u00a1-\u00ac\u00ae-\u00ff]/.test(c);
export const typed = (text) => [...text].filter(coded).slice(0, LONGEST).join("") || "?";
export const bits = (c) => range(BITS).map((i) => (c.charCodeAt(0) >> (BITS - 1 - i)) & 1);
const character = (values) => {
  const c = String.fromCharCode(values.reduce((code, bit) => 2 * code + bit, 0));
  return coded(c) ? c : "·";
};

const steps = (text) => 2 * typed(text).length + 1;

export const controls = [
  { name: "text", label: "Your text", text: LONGEST, value: "Read, then say it" },
  { name: "rows", label: "memory rows N", min: 3, max: 64, step: 1, value: 24 },
  { name: "t", label: "step t", min: 1, max: 2 * LONGEST + 1, step: 1, value: 2 * LONGEST + 1, limit: (s) => steps(s.text), plays: true },
];

export const read = (documents) =>
  Object.fromEntries(Object.entries(documents["ntm/copy_weights"].weights).map(([name, q]) => [name, unpack(q)]));

// L characters, the delimiter, L times nothing; all outputs o, weightings w of the head that reads and of that which writes.
export const compute = ({ text, rows, t }, weights) => {
  const heard = typed(text);
  const L = heard.length;
  const nothing = range(BITS).map(() => 0);
  const x = [...[...heard].map((c) => [...bits(c), 0]), [...nothing, 1], ...range(L).map(() => [...nothing, 0])];
  let state = initial(weights, rows, 2);
  const taken = x.map((x_t) => (state = step(x_t, state, weights)));
  const o = taken.map((s) => s.o);
  const y = [...heard].map(bits);
  const wrong = y.map((y_i, i) => y_i.filter((bit, b) => (o[L + 1 + i][b] > 0) !== Boolean(bit)).length);
  const said = o.slice(L + 1).map((o_t) => character(o_t.map((v) => Number(v > 0))));
  return { heard, L, t: Math.min(t, 2 * L + 1), o, w: taken.map((s) => s.w), y, wrong, said: said.join("") };
};

const [LEFT, CELL] = [8, 11];
const middle = { "text-anchor": "middle" };

const copied = (_, { heard, L, t, o, y, wrong, said }) => {
  const width = Math.min(24, 324 / L);
  const x = (i) => LEFT + width * i;
  const [top, below] = [46, 206]; // of the two grids
  const grid = (y0, value, n) =>
    shades(range(n).flatMap((i) => range(BITS).map((b) => [x(i) + 0.5, y0 + CELL * b, width - 1, value(i, b)])), CELL - 1);
  const frame = (y0, i, look) =>
    el("rect", { x: x(i), y: y0 - 1, width, height: BITS * CELL + 1, fill: "none", class: look, "stroke-width": 2 });
  const letters = (y0, all) => [...all].map((c, i) => label(x(i) + width / 2, y0, c, { ...middle, class: "moving-letter" }));
  const answers = Math.max(0, t - L - 1);
  const probability = (i, b) => 1 / (1 + Math.exp(-o[L + 1 + i][b]));
  const drawn = [
    label(LEFT, 16, "heard, eight bits each"),
    letters(38, heard),
    grid(top, (i, b) => y[i][b], Math.min(t, L)),
    el("path", { class: "moving-axis", fill: "none", d: `M${x(0)} ${top + BITS * CELL + 4}H${x(L)}` }),
    label(LEFT, 176, "said: probability of each bit"),
    letters(198, said.slice(0, answers)),
    grid(below, probability, answers),
    el("path", { class: "moving-axis", fill: "none", d: `M${x(0)} ${below + BITS * CELL + 4}H${x(L)}` }),
    range(answers).map((i) => (wrong[i] ? label(x(i) + width / 2, below + BITS * CELL + 18, "×", { ...middle, class: "moving-back-text" }) : "")),
    t <= L ? frame(top, t - 1, "moving-back") : t > L + 1 ? frame(below, answers - 1, "moving-back") : "",
  ];
  const right = wrong.slice(0, answers).filter((n) => !n).length;
  return {
    width: 340,
    height: 320,
    drawn: drawn.flat(2).join(""),
    alt: `The bits of “${heard}”, ${Math.min(t, L)} of ${L} characters heard; below, ${answers} said, ${right} of them right.`,
  };
};

const most = (w) => w.indexOf(Math.max(...w));

const maps = ({ rows: N }, { L, t, w }) => {
  const T = w.length;
  const map = (head, name, xname) => {
    const a = axes({
      height: xname ? 168 : 152,
      bottom: xname ? 40 : 24,
      x: [0.5, T + 0.5],
      y: [N - 0.5, -0.5],
      xticks: [1, L + 1, T],
      yticks: [0, N - 1],
      xname,
      yname: "row",
    });
    const [width, height] = [a.X(2) - a.X(1), a.Y(1) - a.Y(0)];
    const sign = head ? 1 : -1; // blue, where it writes; orange, where it reads
    const cells = range(t).flatMap((s) => range(N).map((i) => [a.X(s + 1) - width / 2, a.Y(i) - height / 2, width, sign * w[s][head][i]]));
    return [
      shades(cells, height),
      a.drawn,
      line(a.X(L + 1), a.Y(-0.5), a.X(L + 1), a.Y(N - 0.5), { class: "moving-grid" }),
      line(a.X(t), a.Y(-0.5), a.X(t), a.Y(N - 0.5), { class: "moving-axis" }),
      label(a.X(T + 0.5), 10, name, { "text-anchor": "end", class: head ? "moving-forward-text" : "moving-back-text" }),
    ].join("");
  };
  const lower = el("g", { transform: "translate(0 152)" }, map(0, "where it reads", "step"));
  return {
    width: 340,
    height: 320,
    drawn: map(1, "where it writes", "") + lower,
    hover: (px) => {
      const s = Math.round(0.5 + ((px - 46) / 284) * T);
      return s >= 1 && s <= T ? { t: s } : null;
    },
    alt: `Memory rows against steps, up to step ${t} of ${T}: the head that writes is at row ${most(w[t - 1][1])}, that which reads at row ${most(w[t - 1][0])}.`,
  };
};

export const panels = (settings, numbers) => [copied(settings, numbers), maps(settings, numbers)];

export const words = ({ rows }, { heard, L, t, w, wrong, said }) => {
  const place = (head) => {
    const i = most(w[t - 1][head]);
    return `row ${i} (weight ${number(w[t - 1][head][i])})`;
  };
  const now =
    t <= L
      ? `hears “${heard[t - 1]}” and writes to ${place(1)}`
      : t === L + 1
        ? `is told that its turn has come`
        : `reads ${place(0)} and says “${said[t - L - 2]}”, ${wrong[t - L - 2] ? `where “${heard[t - L - 2]}” was right` : "which is right"}`;
  const right = wrong.filter((n) => !n).length;
  const beyond = L > TRAINED ? `, longer than any in training` : "";
  const few = rows < L ? " There are fewer rows than characters." : "";
  return [
    `At step ${t} of ${2 * L + 1} the machine ${now}. Of ${L} characters${beyond}, ${right} come back right in the end.${few}`,
    [
      ["it says in the end", said],
      ["wrong bits", `${wrong.reduce((a, b) => a + b)} of ${BITS * L}`],
      ["the head that writes", place(1)],
      ["the head that reads", place(0)],
    ],
  ];
};
