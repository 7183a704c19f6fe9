// Files with progress. The plain multipart input stays as it is where there is no script.
//   POST {root}/api/v1/documents/uploads  ->  PUT to the address it names  ->  POST {root}/api/v1/documents/{id}/commit
// Each committed file leaves a hidden input `document_ids` in the form.
// A file larger than what a plain form takes comes in parts (parts.js), which can be paused and gone on with.
import { ask, key } from "./asking.js";
import { InParts, Stopped } from "./parts.js";

// What is the matter with the file itself stays so, however often it is sent.
const FOR_GOOD = ["type-refused", "file-infected", "too-large-to-scan"].map((name) => `/problems/${name}`);

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

const element = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });

class Upload {
  constructor(file, place) {
    this.file = file;
    this.place = place;
    this.once = [key(), key()];
    place.uploads.add(this);
    this.draw();
    this.start();
  }

  draw() {
    const { words } = this.place;
    this.row = element("li", "upload");
    this.icon = element("span", "upload-icon");
    this.note = element("span", "upload-note");
    this.bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", this.file.name);
    const acts = element("span", "upload-acts");
    this.retry = element("button", "secondary small", words.retry);
    this.pause = element("button", "secondary small", words.pause);
    this.remove = element("button", "secondary small", words.cancel);
    for (const button of [this.pause, this.retry, this.remove]) {
      button.type = "button";
      button.setAttribute("aria-label", `${button.textContent}: ${this.file.name}`);
      acts.append(button);
    }
    this.retry.hidden = this.pause.hidden = true;
    this.pause.addEventListener("click", () => (this.state === "paused" ? this.start() : this.parts.stop()));
    this.retry.addEventListener("click", () => this.start());
    this.remove.addEventListener("click", () => this.drop());
    this.row.append(this.icon, element("span", "upload-name", this.file.name), this.note, acts, this.bar);
    this.place.list.append(this.row);
  }

  async start() {
    const { words, address } = this.place;
    this.set("going", "");
    try {
      if (!this.file.size) throw new Error(words.empty);
      if (this.place.uploads.size > this.place.most) throw new Error(words.many);
      if (this.file.size > this.place.largest) throw new Error(words.large);
      this.id = await (this.file.size > this.place.mostBytes ? this.sendParts() : this.sendWhole());
      this.note.textContent = words.checking;
      await this.checked(`${address}/${this.id}`);
      this.parts?.forget();
      if (this.gone) this.forget(this.id);
      else this.done();
    } catch (problem) {
      if (this.gone) return;
      if (problem instanceof Stopped) this.set("paused", words.paused);
      else this.fail(problem.message === "offline" ? words.offline : problem.message || words.failed, problem.type);
    }
  }

  announced() {
    const { file, place } = this;
    const about = { file_name: file.name, content_type: file.type || "application/octet-stream", size: file.size };
    if (place.caseId) about.case_id = place.caseId;
    if (place.projectId) about.project_id = place.projectId;
    return about;
  }

  async sendWhole() {
    this.session ??= await ask(`${this.place.address}/uploads`, this.announced(), this.once[0]);
    await this.put(this.session.upload);
    return this.session.document_id;
  }

  sendParts() {
    this.parts ??= new InParts(this.file, `${this.place.address}/uploads`, this.announced(), (share) => this.progress(share));
    this.pause.hidden = false;
    return this.parts.send();
  }

  // What is large is checked when nobody waits: ask until that is over, and then why where it was refused.
  async checked(path) {
    this.pause.hidden = true;
    let told = await ask(`${path}/commit`, {}, this.once[1]).catch((problem) => {
      if (problem.status === 409) return { state: "checking" };
      throw problem;
    });
    while (told.state === "checking" && !this.gone) {
      await wait(2);
      told = await ask(path);
    }
    if (told.state !== "ready" && !this.gone) await ask(`${path}/commit`, {}, key());
  }

  progress(share) {
    this.bar.value = 100 * share;
    this.note.textContent = `${Math.round(this.bar.value)} %`;
  }

  put({ method, url, headers }) {
    return new Promise((resolve, reject) => {
      const request = this.request = new XMLHttpRequest();
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => {
        this.progress(event.total ? event.loaded / event.total : 0);
      });
      request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Error(this.place.words.failed))));
      request.addEventListener("error", () => reject(new Error(this.place.words.offline)));
      request.addEventListener("abort", () => reject(new Error(this.place.words.failed)));
      request.send(this.file);
    });
  }

  async forget(id) {
    await fetch(`${this.place.address}/uploads/${id}`, { method: "DELETE" }).catch(() => undefined);
  }

  done() {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "document_ids", value: this.id });
    this.row.append(field);
    this.set("done", this.place.words.done);
  }

  fail(words, type) {
    // What failed for good is asked anew: a session may have run out.
    this.session = undefined;
    this.once = [key(), key()];
    this.set("failed", words);
    this.retry.hidden = !this.file.size || this.file.size > this.place.largest || FOR_GOOD.includes(type);
  }

  set(state, words) {
    this.state = state;
    this.row.className = `upload is-${state}`;
    this.note.textContent = words;
    this.retry.hidden = true;
    this.pause.hidden = state !== "paused";
    this.pause.textContent = state === "paused" ? this.place.words.resume : this.place.words.pause;
    this.pause.setAttribute("aria-label", `${this.pause.textContent}: ${this.file.name}`);
    this.bar.hidden = state !== "going" && state !== "paused";
    this.place.changed(words ? `${this.file.name}: ${words}` : "");
  }

  drop() {
    this.gone = true;
    this.request?.abort();
    // What is taken out of the form was not sent, wherever it had arrived.
    if (this.parts && this.state !== "done") this.parts.giveUp();
    else if (this.id ?? this.session) this.forget(this.id ?? this.session.document_id);
    this.row.remove();
    this.place.uploads.delete(this);
    this.place.changed("");
    this.place.input.focus();
  }
}

class Place {
  constructor(box) {
    this.words = JSON.parse(box.dataset.words);
    this.address = box.dataset.uploads;
    this.caseId = box.dataset.case;
    this.projectId = box.dataset.project;
    this.most = Number(box.dataset.most);
    this.mostBytes = Number(box.dataset.mostBytes);
    this.largest = Number(box.dataset.largest);
    this.input = box.querySelector("input[type=file]");
    this.list = box.querySelector("[data-upload-list]");
    this.status = box.querySelector("[data-upload-status]");
    this.area = box.querySelector(".drop");
    this.form = box.closest("form");
    this.uploads = new Set();
    this.listen();
  }

  listen() {
    this.input.addEventListener("change", () => {
      for (const file of this.input.files) new Upload(file, this);
      this.input.value = "";
    });
    // The input lies over the whole area, so the browser drops files into it by itself.
    for (const [name, on] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
      this.area.addEventListener(name, () => this.area.classList.toggle("is-over", on));
    }
    this.form.addEventListener("submit", (event) => this.hold(event), true);
  }

  states() {
    return [...this.uploads].map((upload) => upload.state);
  }

  hold(event) {
    const states = this.states();
    if (!states.some((state) => state !== "done")) return;
    event.preventDefault();
    if (states.includes("going")) {
      this.waiting = event.submitter ?? this.form.querySelector("[type=submit]");
      this.waiting.setAttribute("aria-busy", "true");
      this.say(this.words.waiting, true);
    } else {
      this.refuse();
    }
  }

  refuse() {
    this.waiting?.removeAttribute("aria-busy");
    this.waiting = undefined;
    this.say(this.words.refused, true);
    this.list.querySelector(".is-failed button:not([hidden]), .is-paused button:not([hidden])")?.focus();
  }

  // The rows show how each file does; only what stands in the way of sending is shown to the eye, too.
  say(words, shown = false) {
    this.status.textContent = words;
    this.status.className = shown ? "notice" : "unseen";
  }

  changed(words) {
    if (words || !this.waiting) this.say(words);
    if (!this.waiting || this.states().includes("going")) return;
    if (this.states().some((state) => state !== "done")) return this.refuse();
    const button = this.waiting;
    this.waiting = undefined;
    button.removeAttribute("aria-busy");
    this.form.requestSubmit(button);
  }
}

for (const box of document.querySelectorAll("[data-uploads]")) new Place(box);
