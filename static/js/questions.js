// The questions of a task as the keyboard and show_if see them. Inputs of one name are one group: a row to answer.

export const CHOICE = "[type=radio], [type=checkbox]";
const SKIPPED = "[type=hidden], [type=button], [type=submit], :disabled";

export const questionsIn = (form) => [...form.querySelectorAll(".question:not([hidden])")];

// The groups of controls inside `within`, in order: arrays of inputs of the same name.
function groupsIn(within) {
  const groups = new Map();
  for (const control of within.querySelectorAll("input[name], textarea[name], select[name]")) {
    if (control.matches(SKIPPED) || control.closest("[data-written][hidden]")) continue;
    groups.set(control.name, [...(groups.get(control.name) ?? []), control]);
  }
  return [...groups.values()];
}

const answered = (group) => group.some((each) => (each.matches(CHOICE) ? each.checked : each.value.trim()));
// Filled in by a machine, and nobody has said that they agree.
export const isFilled = (question) => question.matches(":has(~ .suggested [data-confirm]:not(:checked))");
export const isOpen = (question) => isFilled(question) || groupsIn(question).some((group) => !answered(group));
// Of choices that exclude each other alone, and all made.
export const isChosen = (question) => {
  const groups = groupsIn(question);
  return groups.length > 0 && groups.every((group) => group[0].type === "radio" && answered(group));
};
const entry = (group) => group.find((each) => each.matches(CHOICE) && each.checked) ?? group[0];

function groupOf(control, within) {
  return groupsIn(within).find((group) => group.includes(control));
}

// The question that has the focus, or had it last.
let last = null;
document.addEventListener("focusin", ({ target }) => {
  last = target.closest(".question") ?? target.closest(".slot")?.querySelector(".question") ?? last;
});
export function current(form) {
  if (last && form.contains(last) && !last.hidden) return last;
  return questionsIn(form).find(isOpen);
}

export function focusQuestion(question, { first = false } = {}) {
  if (!question) return;
  const groups = groupsIn(question);
  const control = entry((first ? null : groups.find((group) => !answered(group))) ?? groups[0] ?? [question]);
  // On a touch screen a focused text field would open the keyboard over the sample.
  const calm = control.matches("textarea, [type=text], [type=number]") && matchMedia("(pointer: coarse)").matches;
  const target = calm ? question : control;
  if (target === question) question.tabIndex = -1;
  target.focus({ preventScroll: true });
  last = question;
  return target;
}

// After a swap the sample's beginning stays in sight, so nothing scrolls.
export function focusFirst(form) {
  const questions = questionsIn(form);
  focusQuestion(questions.find(isOpen) ?? questions[0]);
}

export function step(form, by) {
  const questions = questionsIn(form);
  const at = questions.indexOf(current(form));
  const inside = last && questions[at]?.contains(document.activeElement);
  const next = questions[Math.max(0, Math.min(questions.length - 1, inside ? at + by : at))];
  focusQuestion(next)?.closest(".question").scrollIntoView({ block: "nearest" });
}

// Out of a text field, with the question still the current one.
export function leave() {
  const question = document.activeElement.closest(".question");
  document.activeElement.blur();
  if (!question) return;
  question.tabIndex = -1;
  question.focus({ preventScroll: true });
}

function picked(group, name) {
  const own = group.find((each) => each.dataset.key === name);
  if (own || !/^\d$/.test(name)) return own;
  const numbers = group.every((each) => /^-?\d+$/.test(each.value));
  return numbers ? group.find((each) => each.value === name) : group[Number(name) - 1];
}

// The question whose options the keys stand for, its rows of options, and the row that the next key answers.
function aimed(within) {
  const scope = within?.matches("form") ? current(within) : within;
  const choices = scope ? groupsIn(scope).filter((group) => group[0].matches(CHOICE)) : [];
  const at = Math.max(0, choices.findIndex((group) => group.includes(document.activeElement)));
  const focused = scope && groupOf(document.activeElement, scope);
  return { scope, choices, group: focused ? choices[at] : (choices.find((each) => !answered(each)) ?? choices[0]) };
}

// Shows the keys of the row that they act on, and of no other.
export function hint(within) {
  const row = aimed(within).group?.[0].closest(".options");
  for (const each of document.querySelectorAll("[data-keyed]")) if (each !== row) delete each.dataset.keyed;
  if (row) row.dataset.keyed = "";
}

// Picks the option that the key stands for; true when it stood for one.
export function choose(name, within) {
  const { scope, choices, group } = aimed(within);
  const control = group && picked(group, name);
  if (!control) return false;
  const clears = control.type === "radio" && control.checked && !control.required && !("required" in scope.dataset);
  if (clears) {
    control.checked = false;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (!control.checked || control.type === "checkbox") control.click();
  const next = choices[choices.indexOf(group) + 1];
  const moves = control.type === "radio" && !clears && next && scope.matches(".question");
  const target = moves ? entry(next) : control;
  target.focus({ preventScroll: true });
  target.closest(".rubric__axis, .option, label")?.scrollIntoView({ block: "nearest" });
  return true;
}

// -- show_if: what is asked depends on what was answered, as the server will judge it ---------------------------------
function valuesOf(form, question) {
  const prefix = `q.${question}`;
  return [...form.elements]
    .filter(({ name }) => name === prefix || name?.startsWith(`${prefix}.`))
    .filter((control) => !control.closest("fieldset:disabled"))
    .filter((control) => (control.matches(CHOICE) ? control.checked : control.value.trim()))
    .map(({ value }) => value);
}

function holds(form, rule) {
  const values = valuesOf(form, rule.question);
  if ("answered" in rule) return values.length > 0 === rule.answered;
  if ("is" in rule) return [rule.is].flat().some((wanted) => values.includes(String(wanted)));
  return true;
}

// In the interface's order, so that a question that depends on a hidden one is hidden too. A disabled fieldset's
// inputs keep what was entered but are not sent.
export function showIf(form) {
  for (const question of form.querySelectorAll("[data-show-if]")) {
    question.hidden = question.disabled = !holds(form, JSON.parse(question.dataset.showIf));
  }
}
