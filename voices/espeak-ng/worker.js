// SPDX-License-Identifier: GPL-3.0-or-later
//
// Polka's espeak-ng voice: text in, sound out, by messages.
//
// This file is joined with eSpeak NG (espeak-ng.js, espeak-ng.wasm), so it is free software under
// the GNU General Public License, version 3 or (at your option) any later version, without any
// warranty; see the file LICENSE in this folder. It is a program of its own: Polka only starts it
// as a Worker and exchanges the messages below with it.
//
//   worker -> page   {ready: true} once, when the voices are warm; or {error} without an id
//   page -> worker   {id, text, language: 'ru' | 'en', words_per_minute: 80..450}; ids only grow
//                    {cancel_before: id}: skip every text with a smaller id that is not done yet
//                    {forget: true}: skip all, and keep nothing of what was said
//   worker -> page   {id, sample_rate, samples}: mono Float32Array, -1..1, transferred; it is
//                    empty when there is nothing to say; or {id, error}: 'cancelled' if skipped
import ESpeakNg from './espeak-ng.js';

// British English and Russian, named by file: by language tag, each text would first read all of
// the 130 voice files, three times slower.
const VOICES = new Map([['ru', 'zle/ru'], ['en', 'gmw/en']]);
const MAX_TEXT = 10000; // UTF-16 units
const AUDIBLE = 0.003; // a sample louder than this (-50 dB) is not silence
const LEAD = 0.005, TAIL = 0.08; // seconds of silence kept before and after the sound

const compiled = WebAssembly.compileStreaming(fetch(new URL('./espeak-ng.wasm', import.meta.url)));
let engine = null; // what start() gives
let cancel_before = -Infinity;

// The package offers only the program's main(), which expects a new process for each text. So one
// instance is kept, and after each text its memory is put back to the state before main(): nothing
// leaks, and it is far faster than a new instance. The memory has a fixed size; what lies below
// the table of embedded files is the stack and read-only data, which need no copy.
async function start() {
  const module = await compiled;
  let wasm;
  const program = await ESpeakNg({
    noInitialRun: true,
    print() {},
    printErr() {},
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      wasm = instance.exports;
      return done(instance);
    },
  });
  const low = wasm.__emscripten_embedded_file_data.value;
  const memory = new Uint8Array(wasm.memory.buffer);
  return { fs: program.FS, wasm, memory, low, fresh: memory.slice(low), stack: wasm.stackSave() };
}

// Runs main() once; gives the sound file. The text goes through a file: it is never an option.
function run({ fs, wasm, memory, low, fresh, stack }, text, voice, speed) {
  fs.writeFile('/text', text);
  fs.writeFile('/wave', '');
  const words = `espeak-ng -v ${voice} -s ${speed} -b 1 -f /text -w /wave`.split(' ');
  const argv = wasm.stackAlloc(4 * words.length + 4);
  const table = new Uint32Array(memory.buffer, argv, words.length + 1).fill(0);
  words.forEach((word, i) => {
    table[i] = wasm.stackAlloc(word.length + 1);
    memory.set(new TextEncoder().encode(word + '\0'), table[i]);
  });
  const code = wasm.__main_argc_argv(words.length, argv); // exit() and abort() throw
  if (code !== 0) throw new Error(`espeak-ng ended with ${code}`);
  memory.set(fresh, low);
  wasm.stackRestore(stack);
  return fs.readFile('/wave').buffer;
}

async function speak({ id, text, language, words_per_minute }) {
  const voice = VOICES.get(language);
  if (!voice) throw new Error('no voice for this language');
  if (String(text ?? '').length > MAX_TEXT) throw new Error('the text is too long');
  const speed = Math.round(Math.min(450, Math.max(80, Number(words_per_minute) || 175)));
  // U+0001 would begin a command of espeak-ng and "[[" phoneme codes; SSML is off (no -m).
  const plain = String(text ?? '').replace(/[\p{Cc}\p{Co}\p{Cs}]|\[{2,}/gu, ' ').trim();
  // A long text is cut after a sentence, else at a space, so that an interruption acts soon.
  const pieces = plain.match(/[^]{1,400}$|[^]{1,400}(?<=[.!?…])\s|[^]{1,400}\s|[^]{1,400}/gu) ?? [];
  const waves = [];
  for (const piece of pieces) {
    await turn();
    if (id < cancel_before) throw new Error('cancelled');
    const used = engine ?? await start();
    engine = null; // after a failure a new one is made
    const wave = run(used, piece, voice, speed); // 44 bytes of header, then 16-bit samples
    engine = used;
    if (wave.byteLength > 44) waves.push(wave);
  }
  const sample_rate = waves.length ? new DataView(waves[0]).getUint32(24, true) : 22050;
  const sounds = waves.map((wave) => new Int16Array(wave, 44, (wave.byteLength - 44) >> 1));
  const all = new Float32Array(sounds.reduce((n, sound) => n + sound.length, 0));
  let at = 0, from = -1, to = -1;
  for (const sound of sounds) for (let i = 0; i < sound.length; i++, at++) {
    all[at] = sound[i] / 32768;
    if (Math.abs(all[at]) <= AUDIBLE) continue;
    if (from < 0) from = at;
    to = at;
  }
  if (from < 0) return { id, sample_rate, samples: new Float32Array(0) };
  const samples = all.slice(Math.max(0, from - LEAD * sample_rate), to + TAIL * sample_rate);
  return { id, sample_rate, samples };
}

// Lets the messages that have come in be read.
const gate = new MessageChannel();
const turn = () => new Promise((go) => { gate.port1.onmessage = go; gate.port2.postMessage(0); });

let last = (async () => {
  for (const [language, text] of [['en', 'One.'], ['ru', 'Раз.']]) { // the first calls are slow
    await speak({ id: Infinity, text, language });
  }
  postMessage({ ready: true });
})().catch((error) => postMessage({ error: String(error?.message ?? error) }));

let newest = -1;
onmessage = ({ data }) => {
  if (data.forget) {
    // The last text and its sound lie in memory until the next text takes their place.
    cancel_before = Math.max(cancel_before, newest + 1);
    last = last.then(() => speak({ id: Infinity, text: 'One.', language: 'en' })).catch(() => {});
    return;
  }
  if (data.cancel_before !== undefined) cancel_before = Math.max(cancel_before, data.cancel_before);
  if (data.id === undefined) return;
  newest = data.id;
  last = last.then(() => speak(data)).then(
    (answer) => postMessage(answer, [answer.samples.buffer]),
    (error) => postMessage({ id: data.id, error: String(error?.message ?? error) }));
};
