// The datasheet's form: counts what is answered while one writes, and asks before unsaved text is lost.
const form = document.getElementById("datasheet");
const bar = document.getElementById("answered");
const words = document.getElementById("answered-words");
const texts = [...form.querySelectorAll("textarea")];
const first = texts.map((area) => area.value);

const isDirty = () => "unsaved" in form.dataset || texts.some((area, index) => area.value !== first[index]);

form.addEventListener("input", () => {
  bar.value = texts.filter((area) => area.value.trim()).length;
  words.textContent = `${bar.value} of ${bar.max} answered`;
});

let leaving = false;
form.addEventListener("submit", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => isDirty() && !leaving && event.preventDefault());
