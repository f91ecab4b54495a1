// Of the search page alone: other people's spellings lead to the book's, and chapters come before the reference.
const SPELLINGS = [
  [/\btbptt\b/gi, "truncated BPTT"],
  [/\bback[-\s]?prop(?:agation|agate|agating)?\b/gi, "back-propagation"],
  [/(?:\bd|∂)\s*[lj]\s*\/\s*(?:d|∂)\s*w\w*/gi, "gradients weights"],
  [/(?:\bd|∂)\s*[lj]\s*\/\s*(?:d|∂)\s*\w+/gi, "gradient loss"],
  [/\bunroll(?:ed|ing|s)?\b/gi, "unfolding"],
  [/\blong\s+short[-\s]term\s+memory\b/gi, "LSTM"],
  [/\bgated\s+recurrent\s+units?\b/gi, "GRU"],
  [/\bgrad(?:ient)?[-\s]?check(?:s|ing)?\b/gi, "check gradient"],
  [/\bcross\s?entropy\b/gi, "cross-entropy"],
  [/\b(?:elman|simple)\s+(?:rnn|network)s?\b/gi, "vanilla RNN"],
  [/\bchar(?:acter)?(?:[-\s]level)?[-\s]rnn\b/gi, "language model character"],
  [/\b(\w{3,})iz(e|es|ed|er|ing|ation)\b/gi, "$1is$2"],
];
const query = Search.query;
Search.query = (asked) => query(SPELLINGS.reduce((words, [theirs, ours]) => words.replace(theirs, ours), asked));
Scorer.score = ([docname, , , , score]) => (docname.startsWith("api/") ? score - 100 : score);
