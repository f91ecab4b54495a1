// The editor: CodeMirror with what a function of ten lines needs, in the place of a text area.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import {
  HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { python } from "@codemirror/legacy-modes/mode/python";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const style = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], class: "code-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "code-string" },
  { tag: [tags.number, tags.bool, tags.atom], class: "code-number" },
  { tag: tags.comment, class: "code-comment" },
]);

const mark = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update: (lines, change) => {
    let now = change.docChanged ? Decoration.none : lines; // another text: the fault may be gone
    for (const effect of change.effects) {
      if (!effect.is(mark)) continue;
      const number = effect.value;
      const there = number >= 1 && number <= change.state.doc.lines;
      now = there
        ? Decoration.set([Decoration.line({ class: "code-fault" }).range(change.state.doc.line(number).from)])
        : Decoration.none;
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// Escape, then Tab, leaves the editor: a keyboard must not be caught in it.
let leaving = false;
const tabs = [
  { key: "Escape", run: () => { leaving = true; return false; } },
  { key: "Tab", run: (view) => (leaving ? false : indentMore(view)), shift: (view) => (leaving ? false : indentLess(view)) },
];

let editors = 0;
export const edit = (area, { check, changed }) => {
  // Who came in by keyboard is told the way out.
  const keys = Object.assign(document.createElement("p"), { className: "code-keys", id: `code-keys-${++editors}` });
  keys.textContent = "Tab indents. Escape, then Tab, leaves.";
  area.parentElement.after(keys);
  const inside = document.activeElement === area;
  const view = new EditorView({
    parent: area.parentElement,
    state: EditorState.create({
      doc: area.value,
      selection: { anchor: inside ? area.selectionStart : 0 },
      extensions: [
        EditorView.lineWrapping, lineNumbers(), history(), drawSelection(), bracketMatching(), indentOnInput(), marked,
        indentUnit.of("    "), StreamLanguage.define(python), syntaxHighlighting(style),
        keymap.of([{ key: "Mod-Enter", run: () => { check(); return true; } }, ...tabs, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({
          "aria-label": area.getAttribute("aria-label"), "aria-describedby": keys.id, tabindex: "0",
          autocapitalize: "off", autocorrect: "off", spellcheck: "false",
        }),
        EditorView.domEventHandlers({ focus: () => { leaving = false; } }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          leaving = false;
          changed();
        }),
      ],
    }),
  });
  area.hidden = true;
  if (inside) view.focus();
  return {
    get value() { return view.state.doc.toString(); },
    set value(text) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); },
    get focused() { return view.hasFocus; },
    fault: (line) => view.dispatch({ effects: mark.of(line ?? 0) }),
    close: () => { view.destroy(); keys.remove(); },
  };
};
