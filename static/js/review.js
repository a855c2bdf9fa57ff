// The review screen: one sample after another in #desk, without leaving the page.
import "./exclusive.js";
import { listen, paint } from "./keys.js";
import { say } from "./page.js";
import { choose as chooseOption, focusQuestion, hint } from "./questions.js";

const root = document.getElementById("desk");
let form = null;
let pressed = null; // the button that the running request was sent with

const judges = () => [...root.querySelectorAll(".judge")];
const current = () => document.activeElement?.closest(".judge");
const press = (action) => document.querySelector(`[data-action="${action}"]:not(:disabled)`)?.click();
const pick = (judge, from) =>
  judge.querySelector(from === "own" ? "[data-from=own]:not(:disabled)" : `[data-from~="${CSS.escape(from)}"]:not(:disabled)`);

// What stands in #desk now: a sample, or the word that nothing waits.
function start({ swapped }) {
  form = root.querySelector("#work");
  paint(root);
  if (form?.querySelector("[data-type=segment]")) import("./segments.js").then(({ enhance }) => enhance(form));
  if (form?.querySelector("[data-type=span], [data-overlay]")) import("./spans.js").then(({ enhance }) => enhance(form));
  if (form?.querySelector("[data-correction]")) import("./diff.js").then(({ watch }) => watch(form));
  if (!swapped) return;
  const said = root.querySelector("[data-said]")?.dataset.said;
  const reason = root.querySelector("#reason[required]");
  const problem = root.querySelector("#problems, #overtaken");
  if (problem) {
    const late = problem.id === "overtaken";
    say(late ? "Not decided: somebody was quicker." : reason ? "Not decided: give a reason." : "Not decided.", "bad");
    const target = reason ?? root.querySelector(".judge[aria-describedby]") ?? problem;
    target.focus();
    target.scrollIntoView({ block: "nearest" });
    return;
  }
  if (said) say(said, "ok");
  scrollTo(0, 0);
  root.querySelector("#sample-title")?.focus({ preventScroll: true });
}

// The answer of one person, the merged one or one's own: for the focused question, else for all.
function take(from, only = current()) {
  const found = (only ? [only] : judges()).map((judge) => pick(judge, from)).filter(Boolean);
  for (const radio of found) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (only && found.length) {
    if (from === "own") focusQuestion(only.querySelector(".question"), { first: true });
    else found[0].focus({ preventScroll: true });
  } else if (found.length) say(`${from === "merged" ? "Merged answers" : `Answers of ${from.toUpperCase()}`} chosen for ${found.length} of ${judges().length}`);
  return found.length > 0;
}

function step(by) {
  const all = judges();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function act(id) {
  if (id === "submit") press("submit");
  else if (id === "merge") take("merged");
  else if (id === "own") take("own", current() ?? judges().find((judge) => judge.querySelector("[data-state=disputed]")) ?? judges()[0]);
  else if (id === "down" || id === "up") step(id === "down" ? 1 : -1);
  else if (id === "leave") {
    const judge = current();
    document.activeElement.blur();
    judge?.focus({ preventScroll: true });
  } else press(id);
}

// A letter that is somebody's name here; digits choose options of one's own answer.
function choose(name, dialog) {
  if (dialog || !form) return false;
  const own = document.activeElement?.closest(".judge__own .question");
  if (own) return /^\d$/.test(name) && chooseOption(name, own);
  return /^[a-z]$/.test(name) && form.querySelector(`[data-take="${name}"]`) !== null && take(name);
}

for (const kind of ["focusin", "change"]) root.addEventListener(kind, ({ target }) => hint(target.closest(".judge__own .question")));
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-action=help]")) import("./help.js").then(({ open }) => open());
  const button = target.closest("[data-take]");
  if (button) take(button.dataset.take, null);
  const answer = target.closest(".take__answer");
  if (answer && !target.closest("a") && !getSelection().toString()) answer.parentElement.querySelector("input:not(:disabled)")?.click();
});

const commenting = (event) => event.target.closest("#comments") !== null;
root.addEventListener("htmx:beforeRequest", (event) => {
  if (commenting(event)) return;
  pressed = event.detail.requestConfig.triggeringEvent?.submitter ?? null;
  say("Saving…");
});
root.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo, requestConfig } = event.detail;
  const path = new URL(xhr.responseURL || location.href).pathname;
  if (xhr.status === 401 || xhr.status === 403 || path !== new URL(pathInfo.requestPath, location.href).pathname) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    say(commenting(event) ? "Not sent: your session has ended." : "Not decided: your session has ended.", "bad");
    const again = commenting(event) ? null : pressed;
    import("./signin.js").then(({ ask }) => ask(() => (again?.isConnected ? again.click() : requestConfig.elt.requestSubmit())));
  }
});
root.addEventListener("htmx:afterRequest", (event) => {
  if (!commenting(event) || !event.detail.successful) return;
  paint(root);
  say("Sent.", "ok");
});
root.addEventListener("htmx:afterSwap", ({ detail }) => detail.target === root && start({ swapped: true }));
for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  root.addEventListener(kind, (event) => {
    event.stopPropagation();
    if (commenting(event)) return say("Not sent. What you wrote is still here.", "bad");
    say("Not decided: the server could not be reached. What you entered is still here.", "bad");
  });
}
listen(act, choose);
paint();
start({ swapped: false });
root.dataset.ready = ""; // keys are heard from here on
