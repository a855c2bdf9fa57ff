// Several samples at once: marking them, one answer to all that are marked.
import { TABLE, keyOf, listen, nameOf, paint, settings } from "./keys.js";
import { say } from "./page.js";
import { choose, hint, leave, showIf, step } from "./questions.js";

const root = document.getElementById("task");
const CALM = 400;
let form = null;
let began = 0;
let at = 0; // the place of the sample that the keys are at
let from = 0; // the last one that was marked: where a range begins
let calm = 0; // until when an Enter is still meant for the page before
let retry = 0;

const picks = () => [...(form?.querySelectorAll("[data-pick]") ?? [])];
const marked = () => picks().filter((each) => each.checked);

function start({ swapped }) {
  clearTimeout(retry);
  form = root.querySelector("#work");
  paint(root);
  const top = root.querySelector("[data-total]");
  const { done = 0, total = 0, saved = "0", failed = "0" } = top?.dataset ?? {};
  document.getElementById("place").textContent = `${done} of ${total}`;
  Object.assign(document.getElementById("place-bar"), { max: Math.max(1, total), value: done });
  [at, from, began] = [0, 0, performance.now()];
  if (!form) {
    if (swapped) top?.querySelector("h1")?.focus();
    return;
  }
  showIf(form);
  count();
  form.dataset.ready = ""; // keys are heard from here on
  if (!swapped) return;
  calm = performance.now() + CALM;
  scrollTo(0, 0);
  const problem = root.querySelector("#problems");
  if (Number(saved)) say(`Saved ${saved}${Number(failed) ? `, ${failed} not` : ""} · ${done} of ${total}`, Number(failed) ? "bad" : "ok");
  else if (problem) say("Nothing saved yet.", "bad");
  if (problem) problem.querySelector("a")?.focus();
  else picks()[0]?.focus({ preventScroll: true });
}

function count() {
  const many = marked().length;
  form.querySelector("[data-count]").textContent = many ? `Submit ${many}` : "Submit";
}

function to(place) {
  const all = picks();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, place));
  all[at].focus();
  all[at].closest("li").scrollIntoView({ block: "nearest" });
}

// From one place to another, both included, all are marked.
function mark(one, other) {
  picks().slice(Math.min(one, other), Math.max(one, other) + 1).forEach((each) => (each.checked = true));
  count();
}

function act(id) {
  if (!form) return document.querySelector(`[data-action="${id}"]`)?.click();
  const inside = document.activeElement?.matches?.("[data-pick]");
  if (id === "submit") form.requestSubmit(form.querySelector("[type=submit]:not(:disabled)") ?? undefined);
  else if (id === "next" || id === "previous") to(inside ? at + (id === "next" ? 1 : -1) : at);
  else if (id === "question" || id === "question-before") step(form, id === "question" ? 1 : -1);
  else if (id === "mark") picks()[at]?.click();
  else if (id === "leave") leave();
  else document.querySelector(`[data-action="${id}"]:not(:disabled)`)?.click();
}

root.addEventListener("focusin", ({ target }) => {
  const place = picks().indexOf(target);
  if (place >= 0) at = place;
});
root.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (pick) {
    const place = picks().indexOf(pick);
    // The browser has changed it by now; a range is what lies between, marked.
    if (event.shiftKey) {
      pick.checked = true;
      mark(from, place);
    }
    [at, from] = [place, place];
    count();
  }
  if (event.target.closest("[data-action=all]")) {
    const some = marked().length < picks().length;
    for (const each of picks()) each.checked = some;
    count();
  }
});
// With Shift the browser would select the words between.
root.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".bulk__pick")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-action=help]")) import("./help.js").then(({ open }) => open());
});

// A range by keyboard: the key that marks, or an arrow, with Shift.
document.addEventListener("keydown", (event) => {
  if (!form || !event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]") || !document.activeElement?.matches?.("[data-pick]")) return;
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const { key, code } = event;
  const name = nameOf({ key: key.toLowerCase(), code, shiftKey: false });
  const range = !settings.off && name === keyOf(TABLE.find((row) => row.id === "mark"));
  if (!arrow && !range) return;
  event.preventDefault();
  if (range) return mark(from, at);
  const here = at;
  to(at + arrow);
  mark(here, at);
});

const changed = () => {
  if (!form) return;
  showIf(form);
  hint(form);
};
for (const kind of ["focusin", "focusout"]) root.addEventListener(kind, () => queueMicrotask(() => form && hint(form)));
for (const kind of ["input", "change"]) root.addEventListener(kind, changed);

root.addEventListener("htmx:confirm", (event) => {
  if (event.target !== form) return;
  if (performance.now() < calm) return event.preventDefault();
  if (marked().length) return;
  event.preventDefault();
  say("Mark a sample first.", "bad");
});
root.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== form) return;
  event.detail.parameters.set("duration_ms", Math.round(performance.now() - began));
  say("Saving…");
});
root.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (new URL(xhr.responseURL || location.href).pathname === new URL(pathInfo.requestPath, location.href).pathname) return;
  event.detail.shouldSwap = false;
  event.stopPropagation();
  say("Not saved: your session has ended.", "bad");
  import("./signin.js").then(({ ask }) => ask(() => act("submit")));
});
root.addEventListener("htmx:afterSwap", (event) => event.detail.target === root && start({ swapped: true }));
// The same submission ids go with every attempt, so that an answer that got lost does no harm.
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  root.addEventListener(kind, (event) => {
    event.stopPropagation();
    say("Not saved: the server could not be reached. Trying again…", "bad");
    retry = setTimeout(() => form?.isConnected && act("submit"), 5000);
  });
}
root.addEventListener("htmx:responseError", (event) => {
  event.stopPropagation();
  say(`Not saved: the server answered ${event.detail.xhr.status}. What you marked is still here.`, "bad");
});

listen(act, (name, dialog) => (form || dialog) && choose(name, dialog ?? form));
paint();
start({ swapped: false });
