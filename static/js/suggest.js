// What machines suggest beside the questions: taken over, confirmed, and shown once a question is answered.
import { paint } from "./keys.js";
import { cookie, say } from "./page.js";
import { CHOICE, current, focusQuestion, isChosen, isFilled, isOpen, questionsIn } from "./questions.js";

const root = document.getElementById("task");
const own = new WeakMap(); // question → what the person had answered before they took a suggestion over

const touched = new WeakSet(); // questions whose answer the person has changed

const questionOf = (element) => element.closest(".slot")?.querySelector(".question");
const slotOf = (question) => question.closest(".slot");
const offersOf = (question) => [...slotOf(question).querySelectorAll("[data-take]")];
const controlsOf = (question) => [...question.querySelectorAll("[name^='q.']")];

// A question's answer in the form's own names: {"q.mood": ["dark"]}.
function answerOf(question) {
  const found = {};
  for (const control of controlsOf(question)) {
    if (control.matches(CHOICE) ? !control.checked : !control.value) continue;
    (found[control.name] ??= []).push(control.value);
  }
  return found;
}

function put(question, answer) {
  for (const control of controlsOf(question)) {
    const values = answer[control.name] ?? [];
    if (control.matches(CHOICE)) control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
  }
  question.form.dispatchEvent(new CustomEvent("annotator:filled", { bubbles: true }));
}

// Names that no control has are passed over: the order in which candidates were shown, say.
function says(question, button) {
  const names = new Set(controlsOf(question).map(({ name }) => name));
  const wanted = Object.entries(JSON.parse(button.dataset.take)).filter(([name]) => names.has(name));
  const flat = (entries) => JSON.stringify(entries.map(([name, values]) => [name, [...values].sort()]).sort());
  return flat(wanted) === flat(Object.entries(answerOf(question)));
}

// Which of them say what is answered now.
function draw(question) {
  const undo = own.has(question);
  for (const button of offersOf(question)) {
    const same = says(question, button);
    button.querySelector("[data-word]").textContent = same && undo ? "Undo" : "Take over";
    if (same && !undo && button === document.activeElement) focusQuestion(question);
    button.hidden = same && !undo;
    const words = button.parentElement.querySelector("[data-same]");
    words.hidden = !same;
    words.textContent = isFilled(question) ? "· filled in" : "· same as yours";
  }
}

function settle(question) {
  const box = slotOf(question).querySelector("[data-confirm]");
  if (box) box.checked = true;
}

function takeOver(button) {
  const question = questionOf(button);
  if (!own.has(question)) own.set(question, answerOf(question));
  settle(question);
  put(question, JSON.parse(button.dataset.take));
  say(`Took over what ${button.dataset.source} suggests`);
}

function undo(question) {
  const before = own.get(question);
  own.delete(question);
  put(question, before);
  say("As you had it");
}

// The key: confirms what is filled in, else takes over the first, then the next, then puts back what stood there.
export function take(form) {
  const question = current(form);
  if (!question) return;
  if (slotOf(question).querySelector("[data-after]")) return reveal(question);
  const box = slotOf(question).querySelector("[data-confirm]:not(:checked)");
  if (box) {
    box.click();
    const open = questionsIn(form).find(isOpen);
    if (open) focusQuestion(open)?.scrollIntoView({ block: "nearest" });
    return;
  }
  const offers = offersOf(question);
  if (!offers.length) return say("Nothing is suggested for this question");
  const at = own.has(question) ? offers.findIndex((button) => says(question, button)) : -1;
  const next = offers.slice(at + 1).find((button) => !says(question, button));
  if (next) takeOver(next);
  else if (own.has(question)) undo(question);
}

// Asks for what is suggested, now that the question is answered; the server sees whether it is.
async function reveal(question, done = touched.has(question) || isChosen(question)) {
  const place = slotOf(question)?.querySelector("[data-after]");
  const { form } = question;
  if (!place || place.dataset.asked || !done) return;
  place.dataset.asked = "1";
  const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name.startsWith("q.")));
  body.set("question", question.dataset.question);
  try {
    const reply = await fetch(place.dataset.after, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": cookie("csrftoken") ?? "", "X-Requested-With": "XMLHttpRequest" },
      redirect: "manual",
    });
    if (!place.isConnected || reply.status !== 200) return;
    place.outerHTML = await reply.text();
    begin(form);
    say(`Suggested: ${offersOf(question).map(({ dataset }) => dataset.source).join(", ")}`);
  } catch {
    // Without a connection nothing is shown; the next change asks again.
  } finally {
    delete place.dataset.asked;
  }
}

// Before answers are sent: shows what is suggested for those whose suggestions nobody has seen yet. Whether one of them
// says otherwise, so that the person may want to look once more.
export async function revealAll(form) {
  const asked = questionsIn(form).filter((question) => slotOf(question).querySelector("[data-after]"));
  await Promise.all(asked.map((question) => reveal(question, true)));
  const other = asked.find((question) => offersOf(question).some((button) => !says(question, button)));
  if (!other) return false;
  focusQuestion(other);
  slotOf(other).querySelector(".suggested").scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-take]");
  if (!button) return;
  const question = questionOf(button);
  if (own.has(question) && says(question, button)) undo(question);
  else takeOver(button);
});
// Before others hear of the change: what a person changes is theirs, whoever filled it in.
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    const question = target.closest?.(".question");
    if (!question || !root.contains(question)) return;
    own.delete(question);
    touched.add(question);
    settle(question);
  }, true);
}
// A choice is made at once; of several things or of words only the person knows when it is done: when they go on.
document.addEventListener("change", ({ target }) => {
  const question = target.closest?.(".question");
  if (question && root.contains(question) && isChosen(question)) reveal(question);
  if (target.matches?.("[data-confirm]:checked")) say("Confirmed: this answer is yours", "ok");
});
root.addEventListener("focusout", ({ target, relatedTarget }) => {
  const slot = target.closest(".slot");
  if (slot && !slot.contains(relatedTarget)) reveal(slot.querySelector(".question"));
});
for (const kind of ["input", "change", "annotator:filled"]) {
  root.addEventListener(kind, () => queueMicrotask(() => redraw(root.querySelector("#work"))));
}

const redraw = (form) => {
  for (const place of form?.querySelectorAll("[data-suggested]") ?? []) draw(questionOf(place));
};

// Takes in what stands in the form now; screen readers hear of the suggestions with the question.
export function begin(form) {
  for (const place of form?.querySelectorAll("[data-suggested]") ?? []) {
    const question = questionOf(place);
    const told = new Set((question.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    question.setAttribute("aria-describedby", [...told.add(place.querySelector(".suggested__filled, .suggested__list").id)].join(" "));
  }
  if (form) paint(form);
  redraw(form);
}
