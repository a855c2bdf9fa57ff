// What a correction changes, word by word, against the preserved original. Loaded when a text is there to correct.
import "../vendor/diff.min.js";

// Words as the language divides them: Chinese, Japanese and Thai have no spaces to go by.
const segmenter = globalThis.Intl?.Segmenter && new Intl.Segmenter(undefined, { granularity: "word" });

export function changes(original, text) {
  return segmenter
    ? globalThis.Diff.diffArrays(...[original, text].map((each) => [...segmenter.segment(each)].map(({ segment }) => segment)))
        .map(({ value, added, removed }) => ({ value: value.join(""), added, removed }))
    : globalThis.Diff.diffWordsWithSpace(original, text);
}

function draw(place, original, text) {
  place.replaceChildren(
    ...(original === text ? [] : changes(original, text)).map(({ value, added, removed }) => {
      if (!added && !removed) return document.createTextNode(value);
      const part = document.createElement(added ? "ins" : "del");
      part.textContent = value;
      return part;
    }),
  );
}

export function watch(form) {
  for (const area of form.querySelectorAll("textarea[data-correction]")) {
    const question = area.closest(".question");
    const source = question.querySelector("[data-original]");
    const place = question.querySelector("[data-diff]");
    const restore = question.querySelector("[data-restore]");
    if (!source || !place) continue;
    const original = (source.content ?? source).textContent;
    const update = () => {
      draw(place, original, area.value);
      if (restore) restore.hidden = area.value === original;
    };
    area.addEventListener("input", update);
    form.addEventListener("annotator:filled", update);
    restore?.addEventListener("click", () => {
      area.value = original;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    });
    update();
  }
}
