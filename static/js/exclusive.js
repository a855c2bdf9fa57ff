// Questions of which no two rows may have the same answer (data-exclusive): the row that had it gives way. With "swap"
// it takes the place that came free, so that moving one candidate up moves the other down; with "clear" it is empty.
import { CHOICE } from "./questions.js";

const known = new WeakMap(); // question → what each row answered before the change

function rowsOf(question) {
  const rows = new Map();
  for (const control of question.querySelectorAll("input[name]")) {
    rows.set(control.name, [...(rows.get(control.name) ?? []), control]);
  }
  return rows;
}

const valueOf = (row) => (row[0].matches(CHOICE) ? (row.find((each) => each.checked)?.value ?? "") : row[0].value);
// As the page came, before anybody changed it.
const firstOf = (row) =>
  row[0].matches(CHOICE) ? (row.find((each) => each.defaultChecked)?.value ?? "") : row[0].defaultValue;

function set(row, value) {
  if (!row[0].matches(CHOICE)) row[0].value = value;
  else for (const each of row) each.checked = each.value === value;
}

// The order in words, for those who hear it and those who check it.
function tell(question, rows) {
  const line = question.querySelector("[data-order]");
  if (!line) return;
  const places = new Map();
  for (const row of rows.values()) {
    const name = row[0].closest("[data-candidate]").querySelector(".candidate__name").textContent;
    const value = Number(valueOf(row));
    if (value) places.set(value, [...(places.get(value) ?? []), name]);
  }
  const order = [...places].sort(([one], [other]) => one - other).map(([, names]) => names.join(" = "));
  line.textContent = order.join(", then ");
}

function settle(question, changed) {
  const rows = rowsOf(question);
  const before = known.get(question) ?? new Map([...rows].map(([name, row]) => [name, firstOf(row)]));
  const value = rows.has(changed) ? valueOf(rows.get(changed)) : "";
  const rule = question.dataset.exclusive;
  for (const [name, row] of rule && value ? rows : []) {
    if (name !== changed && valueOf(row) === value) set(row, rule === "swap" ? (before.get(changed) ?? "") : "");
  }
  known.set(question, new Map([...rows].map(([name, row]) => [name, valueOf(row)])));
  tell(question, rows);
}

const RANKED = "[data-exclusive], [data-type=ranking]";
// What stands here already, when this comes late.
for (const question of document.querySelectorAll(RANKED)) settle(question, null);
// Before the others hear of the change, so that what they keep and send is settled.
document.addEventListener("change", ({ target }) => {
  const question = target.closest?.(RANKED);
  if (question) settle(question, target.name);
}, true);
document.addEventListener("annotator:filled", ({ target }) => {
  for (const question of target.querySelectorAll(RANKED)) settle(question, null);
}, true);
