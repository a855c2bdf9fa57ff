// The interface editor: the form and the JSON of one document, its problems, what is unsaved, and the preview.
import "./exclusive.js";
import { back, draw, focusOn, load, nearest } from "./interface-form.js";
import { el, icon } from "./interface-parts.js";
import { showIf } from "./questions.js";

const area = document.getElementById("document");
const cards = document.getElementById("cards");
const state = document.getElementById("state");
const text = document.getElementById("text");
const tabs = { cards: document.getElementById("mode-cards"), text: document.getElementById("mode-text") };
const saved = JSON.stringify(JSON.parse(document.getElementById("saved").textContent));
const editor = document.getElementById("editor");
const KEPT = `interface ${location.pathname}`;
let leaving = false;
let compared = null;

const problems = () => [...document.querySelectorAll("#findings a[data-path]")];

function mark() {
  for (const note of cards.querySelectorAll(".field__error")) note.remove();
  for (const node of cards.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
  for (const link of problems()) {
    const place = nearest(link.dataset.path);
    if (!place) continue;
    place.append(el("p", { class: "field__error" }, icon("warn"), link.nextElementSibling.textContent));
    place.querySelector("input, textarea, select")?.setAttribute("aria-invalid", "true");
    const fold = place.closest("details");
    if (fold) fold.open = true;
  }
}

function isDirty() {
  try {
    return JSON.stringify(JSON.parse(area.value)) !== saved;
  } catch {
    return true;
  }
}

function tell() {
  const { length } = problems();
  const word = length ? `${length} problem${length > 1 ? "s" : ""}` : isDirty() ? "Unsaved changes" : "Everything is saved";
  if (state.textContent !== word) state.textContent = word;
  state.dataset.tone = length ? "bad" : "";
}

function view(mode, focus = false) {
  if (mode === "cards" && !load()) {
    state.textContent = "The form can't show this text. Mend it here first.";
    state.dataset.tone = "bad";
    mode = "text";
  }
  for (const [name, tab] of Object.entries(tabs)) {
    tab.ariaSelected = String(name === mode);
    tab.tabIndex = name === mode ? 0 : -1;
  }
  cards.hidden = mode !== "cards";
  text.hidden = mode !== "text";
  if (mode === "cards") draw();
  if (focus) tabs[mode].focus();
}

// Where the JSON breaks, or the card that the problem is about.
function show(event) {
  const link = event.target.closest("#findings a[data-path]");
  if (!link) return;
  const { path } = link.dataset;
  const [, line, column] = /^line (\d+), column (\d+)$/.exec(path) ?? [];
  event.preventDefault();
  if (!line && !cards.hidden) return focusOn(path);
  view("text");
  area.focus();
  if (!line) return;
  const before = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.setSelectionRange(before + Number(column) - 1, before + Number(column));
}

// The preview behaves as the labelling screen does, and sends nothing.
function play() {
  const preview = document.getElementById("preview");
  showIf(preview);
  if (preview.querySelector("[data-type=span]")) import("./spans.js").then(({ enhance }) => enhance(preview));
  if (preview === compared || !preview.querySelector("[data-correction]")) return;
  compared = preview;
  import("./diff.js").then(({ watch }) => watch(preview));
}

document.addEventListener("click", show);
document.getElementById("look").addEventListener("change", play);
document.addEventListener("htmx:afterSettle", () => {
  mark();
  tell();
  play();
});
cards.addEventListener("drawn", mark);
area.addEventListener("input", tell);
document.getElementById("undo").addEventListener("click", () => {
  back();
  if (!cards.hidden) view("cards");
});
for (const [mode, tab] of Object.entries(tabs)) {
  tab.addEventListener("click", () => view(mode));
  tab.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft" || key === "ArrowRight") view(mode === "cards" ? "text" : "cards", true);
  });
}
editor.addEventListener("submit", () => {
  leaving = true;
  sessionStorage.setItem(KEPT, JSON.stringify([editor.elements.base.value, area.value]));
});
addEventListener("beforeunload", (event) => isDirty() && !leaving && event.preventDefault());

// A save that ended at the sign-in page saved nothing: the same base stands here again, and the text comes back.
function restore() {
  const [base, kept] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  sessionStorage.removeItem(KEPT);
  if (base !== editor.elements.base.value || kept === area.value || isDirty()) return;
  area.value = kept;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// A redirect has been followed by now: what came is the sign-in page, not a preview. Said before the page would be loaded
// again, as other pages are.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname === new URL(pathInfo.requestPath, location.href).pathname) return;
  event.detail.shouldSwap = false;
  state.textContent = "Your session has ended. Saving brings you to sign in; the text is kept.";
  state.dataset.tone = "bad";
});

restore();
document.getElementById("modes").hidden = false;
document.querySelector(".editor__look").hidden = true;
text.role = "tabpanel";
text.setAttribute("aria-labelledby", "mode-text");
view("cards");
if (!cards.hidden) tell();
play();
