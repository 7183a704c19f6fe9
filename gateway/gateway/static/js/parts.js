// Large files in parts, straight to storage: three at a time, each tried again by itself, the whole to be paused and,
// after the page was loaded anew or the connection broke, gone on with where the storage says it stopped.
//   POST {uploads} {in_parts: true}  ->  GET {uploads}/{id} what is there, POST {uploads}/{id}/parts links  ->  PUT each
import { ask, key } from "./asking.js";

const AT_ONCE = 3;
const LINKS = 20;
const TRIES = 4;
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

export class Stopped extends Error {}

export class InParts {
  constructor(file, uploads, announced, progress) {
    Object.assign(this, { file, uploads, announced, progress, requests: new Set(), sent: new Map(), links: new Map() });
    // Which file it was the last time: another tab's or another day's upload of the same goes on.
    this.note = `upload ${uploads} ${file.name} ${file.size} ${file.lastModified}`;
  }

  async send() {
    this.stopped = false;
    if (await this.isWhole()) return this.id;
    await this.begin();
    const left = Array.from({ length: this.count }, (_, at) => at + 1).filter((number) => !this.sent.has(number));
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.worker(left)));
    if (this.stopped) throw new Stopped();
    return this.id;
  }

  // Everything arrived before the page was loaded anew: only its check is waited for.
  async isWhole() {
    const known = this.id ?? this.remembered();
    const found = known && (await ask(this.uploads.replace(/uploads$/, known)).catch(() => undefined));
    if (!["checking", "ready"].includes(found?.state)) return false;
    this.id = known;
    return true;
  }

  async begin() {
    const known = this.id ?? this.remembered();
    const there = known && (await ask(`${this.uploads}/${known}`).catch(() => undefined));
    if (there) {
      this.id = known;
      this.sent = new Map(there.arrived.map((part) => [part.number, part.size]));
    } else {
      const session = await ask(this.uploads, { ...this.announced, in_parts: true }, key());
      this.id = session.document_id;
      this.sent.clear();
      this.remember(this.id);
      this.cut(session.parts);
    }
    if (there) this.cut(there.parts);
    this.links.clear();
    this.tell();
  }

  cut({ size, count }) {
    this.size = size;
    this.count = count;
  }

  async worker(left) {
    while (left.length && !this.stopped) {
      const number = left.shift();
      await this.stubborn(number, left);
    }
  }

  async stubborn(number, left) {
    for (let tried = 1; !this.stopped; tried += 1) {
      try {
        return await this.part(number, left);
      } catch (problem) {
        if (this.stopped) return undefined;
        // A link that has run out is asked for anew with the next try.
        this.links.delete(number);
        if (tried === TRIES) {
          this.stop();
          throw problem;
        }
        await wait(2 ** tried);
      }
    }
    return undefined;
  }

  async part(number, left) {
    if (!this.links.has(number)) await this.link([number, ...left.slice(0, LINKS - 1)]);
    const start = (number - 1) * this.size;
    const bytes = this.file.slice(start, start + this.size);
    await this.put(await this.links.get(number), bytes, number);
  }

  async link(numbers) {
    const asked = ask(`${this.uploads}/${this.id}/parts`, { numbers }, key());
    // Whoever needs one of them meanwhile waits for the same answer.
    for (const number of numbers) {
      const link = asked.then((told) => told.items.find((one) => one.number === number).upload);
      link.catch(() => this.links.delete(number));
      this.links.set(number, link);
    }
    await asked;
  }

  put({ method, url }, bytes, number) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const end = (problem) => {
        this.requests.delete(request);
        if (problem) this.sent.delete(number);
        this.tell();
        if (problem) reject(problem);
        else resolve();
      };
      this.requests.add(request);
      request.open(method, url);
      request.upload.addEventListener("progress", (event) => {
        this.sent.set(number, event.loaded);
        this.tell();
      });
      request.addEventListener("load", () => {
        if (request.status >= 300) return end(new Error());
        this.sent.set(number, bytes.size);
        return end();
      });
      for (const name of ["error", "abort"]) request.addEventListener(name, () => end(new Error("offline")));
      request.send(bytes);
    });
  }

  tell() {
    let there = 0;
    for (const size of this.sent.values()) there += size;
    this.progress(Math.min(there / this.file.size, 1));
  }

  // Pause: what has arrived stays, and `send` goes on with the rest.
  stop() {
    this.stopped = true;
    for (const request of this.requests) request.abort();
  }

  async giveUp() {
    this.stop();
    this.forget();
    if (this.id) await fetch(`${this.uploads}/${this.id}`, { method: "DELETE" }).catch(() => undefined);
    this.id = undefined;
  }

  remembered() {
    try {
      return localStorage.getItem(this.note) ?? undefined;
    } catch {
      return undefined;
    }
  }

  remember(id) {
    try {
      localStorage.setItem(this.note, id);
    } catch {
      // A browser that keeps nothing begins anew the next time.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.note);
    } catch {
      // The same.
    }
  }
}
