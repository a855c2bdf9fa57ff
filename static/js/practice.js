// A practice sample: the keys of the labelling screen over an ordinary form.
import { listen, paint } from "./keys.js";
import { uuid } from "./page.js";
import { choose, focusFirst, hint, leave, showIf, step } from "./questions.js";

const form = document.getElementById("work");
const began = performance.now();

function act(id) {
  if (id === "submit") form.requestSubmit(form.querySelector("[type=submit]"));
  else if (id === "next" || id === "previous") step(form, id === "next" ? 1 : -1);
  else if (id === "leave") leave();
  else document.querySelector(`[data-action="${id}"]`)?.click();
}

const changed = () => {
  showIf(form);
  hint(form);
};
for (const kind of ["focusin", "focusout"]) form.addEventListener(kind, () => queueMicrotask(() => hint(form)));
for (const kind of ["input", "change"]) form.addEventListener(kind, changed);

// The same id for every attempt: a second Enter before the answer is there makes one answer.
form.elements.submission.value = uuid();
form.addEventListener("submit", () => {
  form.elements.duration_ms.value = Math.round(performance.now() - began);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-action=help]")) import("./help.js").then(({ open }) => open());
});

if (form.querySelector("[data-exclusive], [data-type=ranking]")) import("./exclusive.js");
const root = document.getElementById("task");
if (form.querySelector("[data-type=segment]")) import("./segments.js").then(({ enhance }) => enhance(root));
if (form.querySelector("[data-type=span]")) import("./spans.js").then(({ enhance }) => enhance(root));
if (form.querySelector("[data-correction]")) import("./diff.js").then(({ watch }) => watch(form));
changed();
paint();
if (document.getElementById("problems")) document.querySelector("#problems a")?.focus();
else focusFirst(form);
listen(act, (name, dialog) => choose(name, dialog ?? form));
form.dataset.ready = ""; // keys are heard from here on
