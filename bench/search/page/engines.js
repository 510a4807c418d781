// The engines, each set up as its own documents say it does this job best; why so, `../README.md` says. An engine
//
// - `make`s of the products what a device would keep, as named parts (texts where `isText`),
// - `load`s its program where that is not in this script,
// - `open`s the parts and gives a function that finds at most ten products by a text.
//
// A product is known by its place in the list; `places` makes that of what was found where it is something else.
import { create, insertMultiple, load, save, search } from "@orama/orama";
import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as russian } from "@orama/stemmers/russian";
import uFuzzy from "@leeoniya/ufuzzy";
import { Charset, Document, Encoder } from "flexsearch";
import MiniSearch from "minisearch";

const TOP = 10;

/** In small letters, ё as е: people type it so, and records mix both. */
const folded = (text) => text.toLowerCase().replaceAll("ё", "е");

const stems = new Map();
/** A word's stem by Snowball's rules for its alphabet. Words are few, so each is worked out once. */
function stem(word) {
  let known = stems.get(word);
  if (known === undefined) {
    known = /[а-я]/.test(word) ? russian(word) : english(word);
    stems.set(word, known);
  }
  return known;
}

const fields = ({ name, brand, category }, id) => ({ id, name, brand, category });

const polka = {
  async make() {
    const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    return { catalogue: await bytes("/catalogue"), index: await bytes("/index") };
  },
  async load() {
    this.program ??= await WebAssembly.compileStreaming(fetch("/search.wasm"));
  },
  async open({ catalogue, index }) {
    const { exports } = await WebAssembly.instantiate(this.program, {});
    const { memory, polka_room, polka_open, polka_find, polka_found } = exports;
    this.linearMemory = () => memory.buffer.byteLength;
    const put = (bytes) => {
      const room = polka_room(bytes.length);
      new Uint8Array(memory.buffer, room, bytes.length).set(bytes);
      return room;
    };
    const rooms = [put(catalogue), catalogue.length, put(index), index.length];
    if (polka_open(...rooms) !== 1) throw new Error("the files are not as they were built");
    const encoder = new TextEncoder();
    return (text) => {
      const bytes = encoder.encode(text);
      const count = polka_find(put(bytes), bytes.length);
      return new Float64Array(memory.buffer, polka_found(), count).slice();
    };
  },
  async places(json) {
    const body = (product) => Number(product.gtin.slice(0, -1));
    this.byBody ??= new Map((await json("/products.json")).map((product, place) => [body(product), place]));
    return (found) => Array.from(found, (body) => this.byBody.get(body));
  },
};

const miniSearch = {
  isText: true,
  options: {
    fields: ["name", "brand", "category"],
    processTerm: (term) => stem(folded(term)),
    searchOptions: { boost: { name: 2 }, fuzzy: 0.2, prefix: true },
  },
  async make(products) {
    const index = new MiniSearch(this.options);
    index.addAll(products.map(fields));
    return { index: JSON.stringify(index) };
  },
  async open({ index }) {
    const opened = MiniSearch.loadJSON(index, this.options);
    return (text) => opened.search(text).slice(0, TOP).map((it) => it.id);
  },
};

const flexSearch = {
  isText: true,
  empty() {
    const encoder = new Encoder(Charset.Normalize, { finalize: (words) => words.map(stem) });
    const field = (field, tokenize) => ({ field, tokenize, encoder });
    const index = [field("name", "tolerant"), field("brand", "forward"), field("category", "forward")];
    return new Document({ document: { id: "id", index } });
  },
  async make(products) {
    const index = this.empty();
    for (const product of products.map(fields)) index.add(product);
    const parts = {};
    await index.export((part, text) => {
      if (text) parts[part] = text;
    });
    return parts;
  },
  async open(parts) {
    const index = this.empty();
    for (const [part, text] of Object.entries(parts)) await index.import(part, text);
    return (text) => {
      const found = new Set();
      for (const { result } of index.search(text, { limit: TOP, suggest: true })) result.forEach((id) => found.add(id));
      return [...found].slice(0, TOP);
    };
  },
};

const orama = {
  isText: true,
  empty: () =>
    create({
      schema: { name: "string", brand: "string", category: "string" },
      components: { tokenizer: { language: "russian", stemming: true, stemmer: (word) => stem(folded(word)) } },
      // Nobody asks for another order than the best first.
      sort: { enabled: false },
    }),
  async make(products) {
    const index = this.empty();
    await insertMultiple(index, products.map((product, id) => fields(product, String(id))), 1000);
    return { index: JSON.stringify(save(index)) };
  },
  async open({ index }) {
    const opened = this.empty();
    load(opened, JSON.parse(index));
    const options = { limit: TOP, tolerance: 1, boost: { name: 2 }, threshold: 0.001 };
    return (term) => search(opened, { term, ...options }).hits.map((it) => Number(it.id));
  },
};

const ufuzzy = {
  isText: true,
  async make(products) {
    return { texts: JSON.stringify(products.map((it) => `${it.name} ${it.brand} ${it.category}`)) };
  },
  async open({ texts }) {
    const haystack = JSON.parse(texts).map(folded);
    const engine = new uFuzzy({ alpha: "a-zа-яё", intraMode: 1 });
    return (text) => {
      // At most three words in any order, and all that was found is put in order.
      const [places, info, order] = engine.search(haystack, folded(text), 3, haystack.length);
      return (order?.slice(0, TOP).map((at) => info.idx[at]) ?? places?.slice(0, TOP)) ?? [];
    };
  },
};

export const engines = {
  Polka: polka,
  MiniSearch: miniSearch,
  FlexSearch: flexSearch,
  Orama: orama,
  uFuzzy: ufuzzy,
};
