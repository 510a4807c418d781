// The page that asks each engine the same questions. The bench drives it from outside, through `window.bench`, and
// judges the answers: what is right never comes here.
import { engines } from "./engines.js";

/** What was fetched of each engine and not opened yet. */
const fetched = new Map();
/** How each opened engine is asked. */
const opened = new Map();

const json = async (path) => (await fetch(path)).json();
const place = (name, part) => `/kept/${name}/${encodeURIComponent(part)}`;

/** Builds what a device would keep and hands it to the bench, part by part. */
async function make(name) {
  const parts = await engines[name].make(await json("/products.json"));
  for (const [part, body] of Object.entries(parts)) {
    await fetch(place(name, part), { method: "POST", body });
  }
}

/** Brings into memory what a device has kept, as its storage would give it: texts as texts, bytes as bytes. */
async function fetchKept(name) {
  const engine = engines[name];
  const parts = {};
  for (const part of await json(`/kept/${name}`)) {
    const response = await fetch(place(name, part));
    parts[part] = engine.isText ? await response.text() : new Uint8Array(await response.arrayBuffer());
  }
  fetched.set(name, parts);
  // The engine's own program is no part of its data: all have theirs by now.
  await engine.load?.();
}

/** Opens what was fetched and answers a first question; gives the milliseconds of both. */
async function open(name, question) {
  const parts = fetched.get(name);
  const started = performance.now();
  const find = await engines[name].open(parts);
  find(question);
  const ms = performance.now() - started;
  fetched.delete(name);
  opened.set(name, find);
  return ms;
}

/** Asks an engine one question after the other, for some seconds; gives the answers and what each took. */
async function ask(name, questions) {
  const find = opened.get(name);
  const places = (await engines[name].places?.(json)) ?? Array.from;
  const answers = [];
  const began = performance.now();
  for (const question of questions) {
    const started = performance.now();
    const found = find(question);
    const ms = performance.now() - started;
    answers.push([places(found), ms]);
    // The bench asks the rest again: a script must end before its driver loses patience.
    if (performance.now() - began > 5000) break;
  }
  return answers;
}

const linearMemory = () => [...opened.keys()].reduce((sum, name) => sum + (engines[name].linearMemory?.() ?? 0), 0);

window.bench = { make, fetch: fetchKept, open, ask, linearMemory };
