// A draft that was changed in two places: shows both and lets the person keep one.
import { answersIn, fill } from "./draft.js";
import { say } from "./page.js";

// Stored answers in the form's own names: {"depth": {"empathy": 3}} is q.depth.empathy=3.
export function flatten(value, name = "q", into = new URLSearchParams()) {
  if (value === null || value === undefined) return into;
  if (Array.isArray(value)) for (const item of value) flatten(item, name, into);
  else if (typeof value === "object") for (const [key, item] of Object.entries(value)) flatten(item, `${name}.${key}`, into);
  else into.append(name, value);
  return into;
}

// How a person reads one value: the words beside the control that stands for it.
function wording(form, name, value) {
  const control = [...form.elements].find((each) => each.name === name && each.value === value);
  const label = control?.matches("[type=radio], [type=checkbox]") && control.labels[0];
  if (!label) return value;
  const copy = label.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return words(copy);
}

const words = (element) => [...element.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(" ").replace(/\s+/g, " ");

// What was answered under a name. A correction that leaves the text as it was is no answer.
function said(form, name, answers) {
  const control = [...form.elements].find((each) => each.name === name);
  const original = control?.closest(".question")?.querySelector("[data-original]")?.content.textContent;
  return answers.getAll(name).filter((value) => !("correction" in (control?.dataset ?? {})) || value !== original);
}

function cell(form, name, answers) {
  const td = document.createElement("td");
  td.dir = "auto";
  td.textContent = said(form, name, answers).map((value) => wording(form, name, value)).join(", ") || "—";
  return td;
}

function title(form, name) {
  const control = [...form.elements].find((each) => each.name === name);
  const titles = [];
  for (let set = control?.closest("fieldset"); set && form.contains(set); set = set.parentElement.closest("fieldset")) {
    const legend = set.querySelector("legend");
    if (!legend) continue;
    const copy = legend.cloneNode(true);
    for (const mark of copy.querySelectorAll(".required")) mark.remove();
    titles.unshift(words(copy));
  }
  return titles.join(" · ") || name.slice(2);
}

// `theirs` is what the server holds (answers as JSON, or the form's own names), `revision` its number.
export function show(draft, mine, theirs, revision = draft.revision) {
  const { form } = draft;
  const other = theirs instanceof URLSearchParams ? theirs : flatten(theirs);
  const names = new Set([...form.elements].map((control) => control.name).filter((name) => /^q\.[^:]/.test(name)));
  const differ = (name, one) => String(said(form, name, one).sort()) !== String(said(form, name, other).sort());

  // What the server holds is what this device sent (on leaving, or its reply was lost): nobody else was here.
  const own = other !== theirs && draft.own.find((each) => ![...names].some((name) => differ(name, new URLSearchParams(each))));
  if (typeof own === "string") {
    Object.assign(draft, { revision, sent: own });
    return draft.resume();
  }
  const differing = [...names].filter((name) => differ(name, mine));

  const settle = (answers, words) => {
    place.replaceChildren();
    draft.revision = revision;
    fill(form, answers);
    if (answers === other) draft.forget();
    draft.sent = (answers === other ? answersIn(form) : other).toString();
    draft.resume();
    say(words);
    form.querySelector(".question:not([hidden]) input")?.focus();
  };
  const place = document.getElementById("conflict");
  if (!differing.length) return settle(other, "");
  const view = document.getElementById("draft-conflict").content.cloneNode(true);
  view.querySelector("tbody").append(
    ...differing.map((name) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.textContent = title(form, name);
      row.append(head, cell(form, name, mine), cell(form, name, other));
      return row;
    }),
  );
  view.querySelector("[data-keep=mine]").addEventListener("click", () => settle(mine, "Kept yours"));
  view.querySelector("[data-keep=theirs]").addEventListener("click", () => settle(other, "Took the other draft"));
  place.replaceChildren(view);
  say("This draft was changed in another place.");
}
