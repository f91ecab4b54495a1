// Which steps an output can see: through layers that read forwards, backwards, or both ways, of a sequence that is padded.
import { arrow, el, line, range, text } from "./kit.js";

const [T, WORD] = [10, "sequence"]; // steps, of which the last are padding
const SIDES = { forward: ["forward"], backward: ["back"], both: ["forward", "back"] };

export const controls = [
  {
    name: "how",
    label: "read",
    choices: [
      ["both", "both ways"],
      ["backward", "backwards"],
      ["forward", "forwards"],
    ],
    value: "both",
  },
  { name: "layers", label: "layers", min: 1, max: 3, step: 1, value: 1 },
  { name: "n", label: "length", min: 1, max: WORD.length, step: 1, value: 6 },
  { name: "t", label: "output of step", min: 1, max: WORD.length, step: 1, value: 3, limit: ({ n }) => n },
  { name: "told", label: "the length is told", value: true },
];

// What each state reads itself: the state before it on its own way, and all states of its step in the layer below.
const reads = ({ how, n, told }, { layer, side, s }) => {
  const before = side === "forward" ? s - 1 : s + 1;
  const own = before >= 1 && before <= (told ? n : T) ? [{ layer, side, s: before }] : [];
  return [
    ...own,
    ...(layer === 1 ? [{ layer: 0, side: "input", s }] : SIDES[how].map((d) => ({ layer: layer - 1, side: d, s }))),
  ];
};
const key = ({ layer, side, s }) => `${layer} ${side} ${s}`;

// All that some of the last states hang on, by going back from them; an arrow for each step of the way.
const way = (settings, t, sides) => {
  const waiting = sides.map((side) => ({ layer: settings.layers, side, s: t }));
  const seen = new Map(waiting.map((state) => [key(state), state]));
  const arrows = [];
  while (waiting.length) {
    const state = waiting.pop();
    if (state.layer)
      for (const from of reads(settings, state)) {
        arrows.push([from, state]);
        if (!seen.has(key(from))) waiting.push(from);
        seen.set(key(from), from);
      }
  }
  return { states: [...seen.values()], arrows };
};
const inputs = ({ states }) => {
  const there = new Set(states.filter(({ layer }) => !layer).map(({ s }) => s));
  return range(T).map((i) => there.has(i + 1));
};

// `sight`: of the states of each side that the outputs are made of, a row an output, which steps they hang on.
export const compute = (settings) => {
  const [t, sides] = [Math.min(settings.t, settings.n), SIDES[settings.how]];
  const rows = (side) => range(settings.n).map((i) => inputs(way(settings, i + 1, [side])));
  return { t, ...way(settings, t, sides), sight: Object.fromEntries(sides.map((side) => [side, rows(side)])) };
};

const [HEIGHT, INPUTS, WIDTH, LEFT] = [272, 250, 31, 15];
const x = (s) => LEFT + WIDTH * (s - 0.5);
const letter = (s, n) => (s <= n ? WORD[s - 1] : "·");

const network = ({ how, layers, n }, { t, states, arrows }) => {
  const y = ({ layer, side }) => (layer ? INPUTS - 62 * (layer - 1) - (side === "forward" ? 40 : 64) : INPUTS);
  const reached = new Set(states.map(key));
  const all = range(layers).flatMap((l) =>
    SIDES[how].flatMap((side) => range(T).map((i) => ({ layer: l + 1, side, s: i + 1 }))),
  );
  const top = Math.min(...all.map(y)) - 40;
  const nodes = all.map((state) =>
    el("circle", {
      cx: x(state.s),
      cy: y(state),
      r: 8,
      ...(reached.has(key(state)) ? { class: `moving-fill-${state.side}` } : { class: "moving-grid", fill: "none" }),
    }),
  );
  const along = arrows
    .filter(([from, to]) => from.layer === to.layer)
    .map(([from, to]) => {
      const turn = Math.sign(to.s - from.s);
      return arrow(x(from.s) + 10 * turn, y(from), x(to.s) - 10 * turn, y(to), { class: `moving-${to.side}` });
    });
  const up = arrows
    .filter(([from, to]) => from.layer < to.layer)
    .map(([from, to]) =>
      line(x(from.s), y(from) - (from.layer ? 9 : 16), x(to.s), y(to) + 9, { class: "moving-quiet" }),
    );
  const letters = range(T).map((i) => {
    const there = reached.has(key({ layer: 0, side: "input", s: i + 1 }));
    return text(x(i + 1), INPUTS + 8, letter(i + 1, n), {
      "text-anchor": "middle",
      class: "moving-letter",
      style: there ? "font-weight:700" : undefined,
      ...(there ? { "text-decoration": "underline" } : {}),
    });
  });
  const ends = SIDES[how].map((side) => {
    const from = y({ layer: layers, side });
    return line(x(t), from - 9, x(t), top + 18, { class: "moving-quiet" });
  });
  return {
    width: 340,
    height: HEIGHT,
    drawn: [
      ...up,
      ...ends,
      ...along,
      ...nodes,
      ...letters,
      text(x(t), top + 8, `output ${t}`, { "text-anchor": "middle" }),
    ].join(""),
    hover: (px) => {
      const s = Math.floor((px - LEFT) / WIDTH) + 1;
      return s >= 1 && s <= n ? { t: s } : null;
    },
    alt: `A network of ${layers} ${layers > 1 ? "layers" : "layer"} over ${T} steps, ${n} of them letters; what output ${t} hangs on is filled.`,
  };
};

// A row for each output, a column for each step; of each cell the upper half for what reads backwards, as in the network.
const table = ({ n }, { t, sight }) => {
  const [side, left, top] = [26, 70, 30];
  const [X, Y] = [(i) => left + side * i, (i) => top + side * i];
  const halves = Object.entries(sight).flatMap(([name, rows]) =>
    rows.flatMap((row, i) =>
      row.map((seen, j) =>
        seen
          ? el("rect", {
              x: X(j) + 3,
              y: Y(i) + (name === "back" ? 3 : side / 2),
              width: side - 6,
              height: side / 2 - 3,
              class: `moving-fill-${name}`,
            })
          : "",
      ),
    ),
  );
  const grid = range(n).flatMap((i) =>
    range(T).map((j) =>
      el("rect", { x: X(j) + 2, y: Y(i) + 2, width: side - 4, height: side - 4, class: "moving-grid", fill: "none" }),
    ),
  );
  const marked = {
    x: left - 2,
    y: Y(t - 1) - 1,
    width: side * T + 4,
    height: side + 2,
    class: "moving-axis",
    fill: "none",
  };
  return {
    width: 340,
    height: HEIGHT,
    drawn: [
      ...grid,
      ...halves,
      el("rect", marked),
      ...range(T).map((j) =>
        text(X(j + 0.5), 20, letter(j + 1, n), { "text-anchor": "middle", class: "moving-letter" }),
      ),
      ...range(n).map((i) => text(left - 8, Y(i + 0.5) + 5, `output ${i + 1}`, { "text-anchor": "end" })),
      text(X(T / 2), Y(n) + 18, "hangs on which step", { "text-anchor": "middle" }),
    ].join(""),
    alt: `Which of ${T} steps each of ${n} outputs sees, by what reads forwards and by what reads backwards; output ${t} is marked.`,
  };
};

export const panels = (settings, numbers) => [network(settings, numbers), table(settings, numbers)];

const span = (row, from, to) => {
  const there = range(T)
    .map((i) => i + 1)
    .filter((s) => s >= from && s <= to && row[s - 1]);
  return there.length ? (there.length > 1 ? `${there[0]} to ${there.at(-1)}` : String(there[0])) : "none";
};

export const words = ({ how, layers, n, told }, { t, states, arrows, sight }) => {
  const row = range(T).map((i) => Object.values(sight).some((rows) => rows[t - 1][i]));
  const [letters, padding] = [row.slice(0, n).filter(Boolean).length, row.slice(n).filter(Boolean).length];
  const meeting =
    how !== "both"
      ? ""
      : layers === 1
        ? " No state sees both sides: they meet in the output."
        : " From the second layer on each state sees both sides.";
  return [
    `Output ${t} sees ${letters} of ${n} letters.${meeting}` +
      `${padding ? ` What reads backwards begins in the padding, ${padding} steps before the last letter.` : ""}`,
    [
      ["letters seen, by step", span(row, 1, n)],
      ["padding seen, by step", span(row, n + 1, T)],
      [
        "states on the way",
        `${states.filter(({ layer }) => layer).length} of ${(how === "both" ? 2 : 1) * layers * (told ? n : T)}`,
      ],
      ["lines on the way", String(arrows.length)],
    ],
  ];
};
