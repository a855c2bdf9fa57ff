// The one table of keys: what binds them is what the help overlay lists.
import { cookie, toast } from "./page.js";

// Keys that the text itself hears, where one is marked; `when` says where a row is there at all.
const MARKING = [
  { id: "mark-select", key: "Shift ← →", text: "In the text: select; with Ctrl or ⌥ word by word" },
  { id: "mark-option", key: "1–9", text: "In the text: mark what is selected; or choose what the next selection becomes" },
  { id: "mark-remove", key: "Delete", text: "In the text: remove the span at the cursor" },
  { id: "mark-undo", key: "Ctrl Z", text: "In the text: undo" },
  { id: "mark-leave", key: "Escape", text: "In the text: let go of the selection, then leave" },
].map((row) => ({ ...row, fixed: true, when: "[data-type=span]" }));
const LABEL = [
  { id: "choose", key: "1–9", fixed: true, text: "Choose an option of the focused question" },
  { id: "next", key: "j", text: "Next question" },
  { id: "previous", key: "k", text: "Previous question" },
  { id: "mark", key: "l", text: "Into the text, to mark words", when: "[data-type=span]" },
  ...MARKING,
  { id: "take", key: "t", text: "Take over what is suggested, then the next, then your own again; confirm what is filled in" },
  { id: "submit", key: "Enter", fixed: true, text: "Submit and go on" },
  { id: "skip", key: "s", text: "Skip this sample" },
  { id: "discard", key: "d", text: "Discard what was entered" },
  { id: "undo", key: "u", text: "Open the last submission again" },
  { id: "ask", key: "a", text: "Ask about this sample" },
  { id: "guidelines", key: "g", text: "Guidelines" },
  { id: "help", key: "?", text: "This help" },
];
const BULK = [
  { id: "choose", key: "1–9", fixed: true, text: "Choose an option of the focused question" },
  { id: "next", key: "j", text: "Next sample" },
  { id: "previous", key: "k", text: "Previous sample" },
  { id: "question", key: "n", text: "Next question" },
  { id: "question-before", key: "p", text: "Previous question" },
  { id: "mark", key: "x", text: "Mark the sample; with Shift all from the last one that was marked" },
  { id: "all", key: "a", text: "Mark all, or none" },
  { id: "submit", key: "Enter", fixed: true, text: "Give the answer to all that are marked" },
  { id: "undo", key: "u", text: "Bring the last ones back to answer otherwise" },
  { id: "guidelines", key: "g", text: "Guidelines" },
  { id: "help", key: "?", text: "This help" },
];
const REVIEW = [
  { id: "take", key: "a, b, c…", fixed: true, text: "Take that person's answer to the focused question, or all answers" },
  { id: "merge", key: "m", text: "Take what the answers merge to" },
  { id: "own", key: "o", text: "Write an answer of your own" },
  { id: "down", key: "j", text: "Next question" },
  { id: "up", key: "k", text: "Previous question" },
  { id: "mark", key: "l", text: "Into the text, to mark words of one's own answer", when: "[data-type=span]" },
  ...MARKING,
  { id: "submit", key: "Enter", fixed: true, text: "Approve, confirm or uphold what is chosen and go on" },
  { id: "plural", key: "p", text: "Plural: keep the spread of the answers" },
  { id: "return", key: "r", text: "Return to the annotators, with the reason as a note" },
  { id: "return-others", key: "t", text: "Return to other people" },
  { id: "reject", key: "x", text: "Reject" },
  { id: "comments", key: "w", text: "Read and write comments" },
  { id: "following", key: "n", text: "Next sample without deciding" },
  { id: "undo", key: "u", text: "Take the last decision back" },
  { id: "help", key: "?", text: "This help" },
];
// In practice nothing is skipped, discarded or taken back; the other keys are those of labelling.
const PRACTICE = LABEL.filter(({ id }) => !["skip", "discard", "undo", "ask"].includes(id));
// What the screen names; each has changes of its own, which the server keeps with the person's account.
const named = document.querySelector("[data-keys]")?.dataset.keys ?? "label";
const screen = named === "practice" ? "label" : named;
const tables = { label: LABEL, practice: PRACTICE, review: REVIEW, bulk: BULK };
export const TABLE = tables[named].filter(({ when }) => !when || document.querySelector(when));

const { mine = "{}", store: address } = document.getElementById("help")?.dataset ?? {};
export const settings = { off: false, bind: {}, ...JSON.parse(mine)[screen] };
export const keyOf = (row) => (row.fixed ? row.key : (settings.bind[row.id] ?? row.key));

export function store(changes) {
  Object.assign(settings, changes);
  paint();
  fetch(address, {
    method: "POST",
    body: new URLSearchParams({ screen, off: settings.off ? "1" : "", bind: JSON.stringify(settings.bind) }),
    headers: { "X-CSRFToken": cookie("csrftoken") ?? "", "X-Requested-With": "XMLHttpRequest" },
    redirect: "manual",
    keepalive: true,
  })
    .then((reply) => reply.ok)
    .catch(() => false)
    .then((kept) => kept || toast("Your keys could not be kept: they are as you set them on this page alone."));
}

// The keys that buttons show follow the settings.
export function paint(root = document) {
  for (const hint of root.querySelectorAll("kbd[data-key]")) {
    const row = TABLE.find(({ id }) => id === hint.dataset.key);
    if (row) hint.textContent = keyOf(row);
  }
  document.documentElement.toggleAttribute("data-keys-off", settings.off);
}

// The key as people name it. Where the layout's letters are not Latin (Cyrillic, Arabic, kana) the place of the key
// counts, as it does for digits on layouts that need Shift for them.
export function nameOf({ key, code, shiftKey }) {
  if (key.length > 1) return key;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (/^\d$/.test(key)) return key;
  if (digit && !shiftKey) return digit;
  if (/^[\x21-\x7e]$/.test(key)) return shiftKey && /[a-z]/i.test(key) ? "" : key;
  return !shiftKey && code.startsWith("Key") ? code.slice(3).toLowerCase() : key;
}

const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
const ACTS_ITSELF = "a[href], button, summary, audio, video";

// Calls `act(id)` for a bound key and `choose(name)` for one that may stand for an option.
export function listen(act, choose) {
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    // A key that is held down would go on to submit what comes next.
    if (event.repeat && event.key === "Enter" && !target.matches("textarea")) return event.preventDefault();
    // 229: some input methods report the key that ends a composition without isComposing.
    if (event.isComposing || event.keyCode === 229 || event.repeat || event.defaultPrevented || event.altKey) return;
    const modified = event.ctrlKey || event.metaKey;
    if (modified && event.key !== "Enter") return;
    const dialog = document.querySelector("dialog[open]");
    if (target.matches(TYPING)) {
      if (event.key === "Enter" && modified && !dialog) done(event, () => act("submit"));
      else if (event.key === "Escape" && !dialog) done(event, () => act("leave"));
      return;
    }
    const name = nameOf(event);
    if (name === "Enter") {
      if (!dialog && (modified || !target.closest(ACTS_ITSELF))) done(event, () => act("submit"));
      return;
    }
    if (settings.off || modified || event.key === "Escape" || event.key === "Tab" || event.key === " ") return;
    if (choose(name, dialog)) return event.preventDefault();
    const row = !dialog && TABLE.find((each) => keyOf(each) === name);
    if (row) done(event, () => act(row.id));
  });
}

function done(event, run) {
  event.preventDefault();
  run();
}
