// A line of time with observations that can be moved: what is put between them, and what a state keeps of them.
import { axes, el, number, path, range, text } from "./kit.js";

const [END, STEP, HIGH, MOST] = [12, 0.25, 2, 8]; // times are multiples of STEP, values lie within ±HIGH
const snap = (s) => Math.min(Math.max(Math.round(s / STEP) * STEP, 0), END);
const clip = (v) => Math.min(Math.max(Math.round(v * 10) / 10, -HIGH), HIGH);

// "0 1.2, 1.5 0.4" is two observations, each a time and a value; of two at one time the later in the text counts.
const read_ = (written) => {
  const found = new Map();
  for (const pair of written.split(/[,;\n]/)) {
    const [s, v] = pair.trim().split(/\s+/).map(Number);
    if (Number.isFinite(s) && Number.isFinite(v)) found.set(snap(s), clip(v));
  }
  return [...found].sort(([a], [b]) => a - b).slice(0, MOST);
};
const write = (observations) => observations.map(([s, v]) => `${s} ${v}`).join(", ");

// The observations with number k moved there, but not past its neighbours in time.
const moved = (observations, k, [s, v]) => {
  const [low, high] = [(observations[k - 1]?.[0] ?? -STEP) + STEP, (observations[k + 1]?.[0] ?? END + STEP) - STEP];
  const at = [Math.min(Math.max(snap(s), low), high), clip(v)];
  return { seen: write(observations.map((observation, i) => (i === k ? at : observation))), k: k + 1 };
};
const chosen = ({ k }, observations) => Math.min(k, observations.length) - 1;
const by = (ds, dv) => (settings) => {
  const observations = read_(settings.seen);
  const k = chosen(settings, observations);
  if (k < 0) return {};
  const [s, v] = observations[k];
  return moved(observations, k, [s + ds, v + dv]);
};
const without = (settings) => {
  const observations = read_(settings.seen);
  const k = chosen(settings, observations);
  return { seen: write(observations.filter((_, i) => i !== k)) };
};
// Into the middle of the longest gap, the end of the line included.
const added = ({ seen }) => {
  const observations = read_(seen);
  if (observations.length >= MOST) return {};
  const times = [0, ...observations.map(([s]) => s), END];
  const gaps = times.slice(1).map((s, i) => s - times[i]);
  const i = gaps.indexOf(Math.max(...gaps));
  const all = [...observations, [snap(times[i] + gaps[i] / 2), 1]].sort(([a], [b]) => a - b);
  return { seen: write(all), k: 1 + all.findIndex(([s]) => s === snap(times[i] + gaps[i] / 2)) };
};

export const controls = [
  { name: "w", label: "decay of the input", min: 0, max: 2, step: 0.05, value: 0.4, digits: 2 },
  { name: "w_h", label: "decay of the state", min: 0, max: 2, step: 0.05, value: 0.2, digits: 2 },
  { name: "k", label: "observation", min: 1, max: MOST, step: 1, value: 3, limit: ({ seen }) => Math.max(1, read_(seen).length) },
  { label: "Earlier", does: by(-STEP, 0) },
  { label: "Later", does: by(STEP, 0) },
  { label: "Higher", does: by(0, 0.2) },
  { label: "Lower", does: by(0, -0.2) },
  { label: "Delete it", does: without },
  { label: "Add one", does: added },
  { name: "seen", label: "times and values", text: 90, value: "0.5 1.4, 1.5 1.8, 2.25 -0.8, 7 -1.2, 8 0.6" },
];

// `last`, `x_hat` and `h_hat` at each time of `s`: the value last observed, what GRU-D reads, its decayed state.
export const compute = ({ w, w_h, seen }) => {
  const observations = read_(seen);
  const mean = observations.length ? observations.reduce((sum, [, v]) => sum + v, 0) / observations.length : 0;
  const s = range(END / STEP + 1).map((i) => i * STEP);
  let [next, last, since, h] = [0, mean, 0, 0];
  const rows = s.map((now) => {
    let h_hat = h * Math.exp(-w_h * (now - since));
    if (next < observations.length && observations[next][0] === now) {
      last = observations[next][1];
      h = 0.5 * Math.tanh(last) + 0.5 * h_hat; // z = ½, and a candidate of the input alone
      [since, h_hat, next] = [now, h, next + 1];
    }
    return { last, x_hat: mean + (last - mean) * Math.exp(-w * (now - since)), h_hat };
  });
  return {
    observations,
    mean,
    s,
    last: rows.map((row) => row.last),
    x_hat: rows.map((row) => row.x_hat),
    h_hat: rows.map((row) => row.h_hat),
    age: END - since,
  };
};

const timeAxes = (height, high, yticks, yname) =>
  axes({ height, x: [0, END], y: [-high, high], xticks: [0, 3, 6, 9, 12], yticks, xname: "time", yname, tick: (v) => number(v, 0) });

// A curve that jumps where an observation comes.
const jumping = (a, { s, observations }, values, look) => {
  const jumps = new Set(observations.map(([time]) => time));
  const points = [];
  values.forEach((value, i) => {
    if (i && jumps.has(s[i])) points.push([a.X(s[i]), a.Y(values[i - 1])]);
    points.push([a.X(s[i]), a.Y(value)]);
  });
  return path(points, look);
};

// Where the word "mean" crosses no curve: a time at its end and a side of the line, the end of the axis first.
const [WIDE, NEAR, FAR] = [1.75, 0.04, 0.42]; // its width in time, its nearest and farthest distance in value
const placeOfMean = ({ s, observations, mean, last, x_hat }) => {
  const jumps = new Set(observations.map(([time]) => time));
  const clear = (end, side) => {
    const [low, high] = [mean + NEAR * side, mean + FAR * side].sort((a, b) => a - b);
    const beside = (now, i) => {
      const values = [last[i], x_hat[i]];
      if (i && jumps.has(now)) values.push(last[i - 1], x_hat[i - 1]);
      return now < end - WIDE || now > end || Math.max(...values) < low || Math.min(...values) > high;
    };
    return Math.max(high, -low) < HIGH && s.every(beside);
  };
  const places = range(2 * (END - 2) + 1).flatMap((i) => [
    [END - i / 2, 1],
    [END - i / 2, -1],
  ]);
  return places.find(([end, side]) => clear(end, side)) ?? [END, 1];
};

const line_ = (settings, numbers) => {
  const { observations, mean, last, x_hat } = numbers;
  const [end, side] = placeOfMean(numbers);
  const a = timeAxes(250, HIGH, [-2, -1, 0, 1, 2], "value");
  const k = chosen(settings, observations);
  return {
    width: 340,
    height: 250,
    drawn: [
      a.drawn,
      path(
        [
          [a.X(0), a.Y(mean)],
          [a.X(END), a.Y(mean)],
        ],
        { class: "moving-quiet", "stroke-dasharray": "2 4" },
      ),
      text(a.X(end) - 2, a.Y(mean) + (side > 0 ? -6 : 15), "mean", { "text-anchor": "end" }),
      jumping(a, numbers, last, { class: "moving-quiet" }),
      jumping(a, numbers, x_hat, { class: "moving-forward" }),
      ...observations.map(([s, v], i) =>
        el("circle", {
          cx: a.X(s),
          cy: a.Y(v),
          r: i === k ? 10 : 7,
          class: "moving-handle",
          "data-handle": String(i),
        }),
      ),
    ].join(""),
    drag: (name, px, py) => moved(observations, Number(name), a.value(px, py)),
    alt: `Observations at the times ${observations.map(([s, v]) => `${s}, of ${number(v, 1)}`).join("; ")}. Between them the value last observed stays where it is, and the input of GRU-D goes from there towards the mean, ${number(mean)}; at the end of the line they are ${number(last.at(-1))} and ${number(x_hat.at(-1))}.`,
  };
};
const state = (_, numbers) => {
  const { h_hat } = numbers;
  const a = timeAxes(150, 1, [-1, 0, 1], "state");
  return {
    width: 340,
    height: 150,
    drawn: a.drawn + jumping(a, numbers, h_hat, { class: "moving-back" }),
    alt: `The state jumps half of the way to each observation and decays towards 0 in between; at the end it is ${number(h_hat.at(-1))}.`,
  };
};

export const panels = (settings, numbers) => [line_(settings, numbers), state(settings, numbers)];

export const words = ({ w, w_h }, { observations, mean, last, x_hat, h_hat, age }) => [
  observations.length
    ? `At the end the last observation is ${number(age)} old: of its distance from the mean ` +
      `${number(100 * Math.exp(-w * age), 0)} % are left, and ${number(100 * Math.exp(-w_h * age), 0)} % of the state.`
    : "Nothing has been observed.",
  [
    ["filled forward", number(last.at(-1))],
    ["mean of what was observed", number(mean)],
    ["input of GRU-D", number(x_hat.at(-1))],
    ["state", number(h_hat.at(-1))],
  ],
];
