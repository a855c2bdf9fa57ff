// The labelling screen: one task after another in #task, without leaving the page.
import { Draft } from "./draft.js";
import { listen, paint } from "./keys.js";
import * as outbox from "./outbox.js";
import { say, uuid } from "./page.js";
import { choose, focusFirst, focusQuestion, hint, isFilled, leave, questionsIn, showIf, step } from "./questions.js";

const CALM = 400;

const root = document.getElementById("task");
let form = null;
let draft = null;
let active = 0; // milliseconds that this task was in sight
let since = 0;
let retry = 0;
let calm = 0; // until when an Enter is still meant for the task before, unless something is entered
let offers = null; // suggest.js, once a task has suggestions: a key must not wait for it
let coming = null; // the promise of it: what is submitted must
let compared = null; // the form whose corrections are watched

const expired = async (again) => (await import("./signin.js")).ask(again);
const conflict = async (...both) => (await import("./conflict.js")).show(...both);
const gone = () => {
  document.getElementById("conflict").replaceChildren(document.getElementById("gone").content.cloneNode(true));
  say("Not saved.", "bad");
};

// Takes over what stands in #task now: a task, or one of the empty states.
function start({ swapped }) {
  const top = root.querySelector("[data-total]");
  const before = form?.dataset.assignment;
  form = root.querySelector("#work");
  clearTimeout(retry);
  position(top);
  paint(root);
  if (!form) {
    draft = null;
    if (swapped) top?.querySelector("h1")?.focus();
    return;
  }
  showIf(form);
  // The page itself asks for it where its first task needs it.
  if (form.querySelector("[data-exclusive], [data-type=ranking]")) import("./exclusive.js");
  if (form.querySelector("[data-type=segment]")) import("./segments.js").then(({ enhance }) => enhance(root));
  if (form.querySelector("[data-type=span]")) import("./spans.js").then(({ enhance }) => enhance(root));
  if (form.querySelector("[data-suggested], [data-after]")) coming = import("./suggest.js").then((found) => (offers = found).begin(form));
  draft = new Draft(form, { onConflict: conflict, onExpired: expired, onGone: gone });
  const problem = root.querySelector("#problems");
  if (problem && before === form.dataset.assignment) {
    draft.unsaved(); // the server refused the answers and stored nothing
  } else {
    // A fresh id for each task, and the same one for every attempt to submit it.
    form.elements.submission.value = uuid();
    [active, since] = [0, performance.now()];
    draft.restore();
  }
  correct();
  if (swapped) {
    scrollTo(0, 0);
    if (problem) {
      say("Not saved: some answers need another look.", "bad");
      focusQuestion(document.getElementById(problem.querySelector("a")?.hash.slice(1)));
    } else {
      calm = performance.now() + CALM;
      focusFirst(form);
    }
  }
  hint(form);
}

// What a correction changes is drawn as soon as it changes something; the differ is not needed before that.
function correct() {
  const original = (area) => area.closest(".question").querySelector("[data-original]").content.textContent;
  if (form === compared || ![...form.querySelectorAll("[data-correction]")].some((area) => area.value !== original(area))) return;
  compared = form;
  import("./diff.js").then(({ watch }) => watch(compared));
}

function position(top) {
  if (!top) return;
  const { done, total, saved } = top.dataset;
  document.getElementById("place").textContent = `${done} of ${total}`;
  Object.assign(document.getElementById("place-bar"), { max: Math.max(1, total), value: done });
  if (saved) say(`${saved} · ${done} of ${total}`, "ok");
  for (const time of root.querySelectorAll("time[data-clock]")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }
}

const press = (action) => document.querySelector(`[data-action="${action}"]:not(:disabled)`)?.click();

function act(id) {
  if (id === "submit") form?.requestSubmit(form.querySelector("[type=submit]:not(:disabled)") ?? undefined);
  else if (id === "next" || id === "previous") form && step(form, id === "next" ? 1 : -1);
  else if (id === "leave") leave();
  else if (id === "take") form && offers?.take(form);
  else press(id);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-action=help]")) import("./help.js").then(({ open }) => open());
  const ask = event.target.closest("[data-action=ask]");
  if (ask) import("./ask.js").then(({ open }) => open(ask.dataset.thread));
});

const changed = ({ type }) => {
  if (!form) return;
  calm = 0;
  // Not where a draft was filled in again: that is what waits.
  if (type !== "annotator:filled" && outbox.waits(form.dataset.assignment)) withdraw();
  showIf(form);
  correct();
  draft.changed();
  hint(form);
};
for (const kind of ["focusin", "focusout"]) root.addEventListener(kind, () => queueMicrotask(() => hint(form)));
for (const kind of ["input", "change", "annotator:filled"]) root.addEventListener(kind, changed);

root.addEventListener("htmx:confirm", (event) => {
  if (event.target !== form) return draft?.send();
  event.preventDefault();
  if (performance.now() < calm) return;
  const filled = questionsIn(form).find(isFilled);
  if (filled) {
    say("Not submitted: confirm or change what was filled in.", "bad");
    return focusQuestion(filled)?.scrollIntoView({ block: "nearest" });
  }
  clearTimeout(retry);
  const look = form.querySelector("[data-after]") ? coming.then(() => offers.revealAll(form)) : null;
  Promise.all([look, draft.stop()]).then(([differs]) => {
    if (differs) {
      draft.resume();
      return say("Not submitted yet: something else is suggested. Enter submits your answers.");
    }
    const open = document.querySelector("#conflict [data-open]");
    if (!open) return event.detail.issueRequest(true);
    say("Not submitted: choose first which draft to keep.", "bad");
    open.focus();
  });
});
root.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== form) return;
  if (!document.hidden) active += performance.now() - since;
  since = performance.now();
  event.detail.parameters.set("duration_ms", Math.round(active));
  say("Saving…");
});

// What waits to be sent was changed: another submission, which is sent when the person says so.
function withdraw() {
  clearTimeout(retry);
  outbox.drop(form.dataset.assignment);
  form.elements.submission.value = uuid();
  say("Changed before it was sent: submit it again.");
}

// A redirect has been followed by now: what came is the sign-in page, not a task.
root.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo, requestConfig } = event.detail;
  const again = () => htmx.trigger(requestConfig.elt, requestConfig.elt === form ? "submit" : "click");
  const path = new URL(xhr.responseURL || location.href).pathname;
  if (xhr.status === 401 || xhr.status === 403 || path !== new URL(pathInfo.requestPath, location.href).pathname) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    draft?.resume();
    say("Not saved: your session has ended.", "bad");
    expired(again);
  } else if (xhr.status === 409) {
    if (requestConfig.elt === form) outbox.drop(form.dataset.assignment);
    // The task stays with all that was entered; what happened is said above it.
    event.detail.target = document.getElementById("conflict");
    // Submitted in another tab: what was entered waits on this device until the sample is opened again.
    if (!xhr.responseText.includes("data-again")) draft?.resume();
    say("Not saved.", "bad");
  } else if (xhr.status < 300) {
    document.getElementById("conflict").replaceChildren();
    if (requestConfig.elt === form) outbox.drop(form.dataset.assignment);
    if (requestConfig.elt === form || requestConfig.elt.closest("#discard, #skip")) draft?.forget();
  }
});
root.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === root) start({ swapped: true });
});

function failed(event, words) {
  event.stopPropagation();
  say(words, "bad");
  const { elt } = event.detail.requestConfig;
  if (elt !== form) return;
  draft.resume();
  // The same submission id goes with every attempt, so that an answer that got lost does no harm.
  retry = setTimeout(() => form?.isConnected && act("submit"), 5000);
}
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  root.addEventListener(kind, (event) => {
    if (event.detail.requestConfig.elt !== form) return failed(event, "The server could not be reached.");
    failed(event, "");
    outbox.keep(form, Math.round(active));
    say(`${outbox.waiting()}. The server could not be reached; it is sent when it can be.`, "bad");
  });
}
addEventListener("online", () => form && outbox.waits(form.dataset.assignment) && act("submit"));
root.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  failed(event, `Not saved: the server answered ${status}. Your answers are kept here.`);
  if (status < 500) clearTimeout(retry);
  if (status === 404) gone();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    active += performance.now() - since;
    draft?.send();
  } else since = performance.now();
});
addEventListener("pagehide", () => draft?.send());
// Back from the browser's cache: the sample may have been submitted since.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// What waited when the page was left: sent first, so that what is shown is what comes after it.
const ARRIVED = "annotator-arrived";
async function resume() {
  if (outbox.waiting().startsWith("0 ")) return;
  say(`${outbox.waiting()}…`);
  const { sent, refused } = await outbox.flush();
  if (!sent && !refused) return say(`${outbox.waiting()}.`, "bad");
  const words = [sent && `${sent} that waited ${sent === 1 ? "is" : "are"} saved`, refused && `${refused} could not be saved any more`];
  sessionStorage.setItem(ARRIVED, words.filter(Boolean).join("; "));
  location.reload();
}

listen(act, (name, dialog) => choose(name, dialog ?? form));
paint();
start({ swapped: false });
const arrived = sessionStorage.getItem(ARRIVED);
sessionStorage.removeItem(ARRIVED);
if (arrived) say(arrived, arrived.includes("not") ? "bad" : "ok");
resume();
