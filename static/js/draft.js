// Unfinished answers: kept on this device at every change, sent to the server after a pause and on leaving.
import { cookie, say } from "./page.js";
import { CHOICE } from "./questions.js";

const PAUSE = 2000;
const RETRY = 10000;
// How many of its own drafts a device remembers: those that may have arrived without its hearing of it.
const OWN = 4;
// Browsers refuse a keepalive request with a larger body; the copy on this device is there all the same.
const KEEPALIVE_LIMIT = 60000;

const storeKey = (assignment) => `annotator-draft-${assignment}`;
const note = (text) => {
  const line = document.getElementById("draft-state");
  if (line) line.textContent = text;
};

export const answersIn = (form) =>
  new URLSearchParams([...new FormData(form)].filter(([name]) => name.startsWith("q.")));

// Puts answers (in the form's own names) into its controls.
export function fill(form, answers) {
  for (const control of form.elements) {
    if (!control.name?.startsWith("q.")) continue;
    const values = answers.getAll(control.name);
    if (control.matches(CHOICE)) control.checked = values.includes(control.value);
    else control.value = values[0] ?? control.defaultValue;
  }
  form.dispatchEvent(new CustomEvent("annotator:filled", { bubbles: true }));
}

export class Draft {
  #timer = 0;
  #flight = null;
  #again = false;

  constructor(form, { onConflict, onExpired, onGone }) {
    this.form = form;
    this.key = storeKey(form.dataset.assignment);
    this.sent = answersIn(form).toString();
    this.own = [];
    this.paused = false;
    this.onConflict = onConflict;
    this.onExpired = onExpired;
    this.onGone = onGone;
  }

  get revision() { return Number(this.form.elements.revision.value); }
  set revision(number) { this.form.elements.revision.value = number; }

  // What this device kept when the server never heard of it.
  restore() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (!kept || kept.answers === this.sent) return localStorage.removeItem(this.key);
    const mine = new URLSearchParams(kept.answers);
    this.own = kept.own ?? [];
    // Newer on the server, and nothing that this device had sent: somebody has to choose.
    if (kept.revision < this.revision && !this.own.includes(this.sent)) {
      this.paused = true;
      this.#flight = this.onConflict(this, mine, answersIn(this.form)).finally(() => (this.#flight = null));
      return;
    }
    // Leaving sent it, maybe after this page was made: it may come back as the stored draft.
    this.#remember(kept.answers);
    fill(this.form, mine);
    say("Restored what this device had kept");
    this.changed();
  }

  unsaved() {
    this.sent = null;
    this.changed();
  }

  changed() {
    const answers = answersIn(this.form).toString();
    if (this.paused) return;
    if (answers === this.sent && !this.#flight) {
      // Back to what the server has: the copy of what lay between would come back with the next reload.
      clearTimeout(this.#timer);
      localStorage.removeItem(this.key);
      return;
    }
    this.#keep(answers);
    note("");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), PAUSE);
  }

  #keep(answers) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ revision: this.revision, answers, own: this.own }));
    } catch {
      // The device's store is full or closed to us: the server's copy is the only one then.
    }
  }

  #remember(answers) {
    this.own = [...this.own.filter((each) => each !== answers), answers].slice(-OWN);
  }

  // Saves now. One request at a time, so that revisions count up in order.
  send() {
    clearTimeout(this.#timer);
    const answers = answersIn(this.form).toString();
    if (this.paused || answers === this.sent) return;
    if (this.#flight) {
      this.#again = true;
      return;
    }
    this.#remember(answers);
    this.#flight = this.#post(answers).finally(() => {
      this.#flight = null;
      if (this.#again) this.send();
      this.#again = false;
    });
  }

  async #post(answers) {
    const body = new URLSearchParams(answers);
    body.set("revision", this.revision);
    let reply;
    try {
      reply = await fetch(this.form.dataset.draft, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": cookie("csrftoken") ?? "", "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
        keepalive: answers.length < KEEPALIVE_LIMIT,
      });
    } catch {
      note("Kept on this device");
      this.#timer = setTimeout(() => this.send(), RETRY);
      return;
    }
    if (!this.form.isConnected) return;
    if (reply.ok) {
      this.revision = (await reply.json()).revision;
      this.sent = answers;
      this.own = [answers];
      const now = answersIn(this.form).toString();
      if (now === answers) localStorage.removeItem(this.key);
      else if (!this.paused) this.#keep(now);
      note("Draft saved");
    } else if (reply.status === 409) {
      const { revision, answers: theirs } = await reply.json();
      this.paused = true;
      await this.onConflict(this, new URLSearchParams(answers), theirs, revision);
    } else if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) {
      note("Kept on this device");
      this.onExpired(() => this.send());
    } else {
      note("Kept on this device");
      if (reply.status === 404) this.onGone();
    }
  }

  // A submission takes the draft's place: no more saving, and nothing under way that could arrive after it.
  async stop() {
    this.paused = true;
    this.#again = false;
    await this.#flight;
    clearTimeout(this.#timer);
    this.paused = true;
  }

  resume() {
    this.paused = false;
    this.changed();
  }

  forget() {
    clearTimeout(this.#timer);
    this.paused = true;
    localStorage.removeItem(this.key);
  }
}
