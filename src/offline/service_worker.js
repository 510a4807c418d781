// Keeps the app on the device and serves it from there. The server writes before this text: VERSION, the name of
// this version; FILES, each file's address and SHA-256; VOICES, the name of the voice pack.
//
// A version is kept as a whole or not at all, and its page is served until the next one is switched to, which the
// page asks for between two visits. A version whose page does not say that it started, in so many tries, is left
// for the last one that did.
"use strict";

const OWN = `polka-${VERSION}`, STATE = "polka-state", VOICE_PACK = `polka-voices-${VOICES}`;
const MOST_TRIES = 2, TRIES_HOLD_MS = 600000;
// What is the server's to answer.
const SERVER = ["/api/", "/metrics", "/sw.js"];

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
    if (event.data === "switch") skipWaiting();
    else if (event.data === VERSION) event.waitUntil(remember("good", VERSION));
});
addEventListener("fetch", (event) => {
    const { request } = event, { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin || SERVER.some((it) => pathname.startsWith(it))) return;
    if (request.mode === "navigate") event.respondWith(page(request));
    else if (pathname.startsWith("/voices/")) event.respondWith(voice(request));
    else event.respondWith(file(request));
});

async function install() {
    const cache = await caches.open(OWN);
    // A file that is missing or is not as it was built fails here, and the last version goes on.
    await Promise.all(FILES.map(async ([path, sha256]) => {
        const response = await fetch(path, { cache: "no-cache", integrity: `sha256-${sha256}` });
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        await cache.put(path, response);
    }));
}

async function activate() {
    const good = await recall("good");
    // Another version may be on its way into a cache of its own; its activation clears up.
    if (!registration.installing && !registration.waiting) {
        const kept = [OWN, STATE, VOICE_PACK, `polka-${good}`];
        const others = (await caches.keys()).filter((name) => name.startsWith("polka-") && !kept.includes(name));
        await Promise.all(others.map((name) => caches.delete(name)));
    }
    // The page that brought the first version is that version.
    if (!good) await clients.claim();
}

async function page(request) {
    const good = await recall("good");
    let version = VERSION;
    if (good !== VERSION) {
        const [tried, count, at_ms] = ((await recall("tries")) ?? "").split(" ");
        const is_same = tried === VERSION && Date.now() - Number(at_ms) < TRIES_HOLD_MS;
        const tries = is_same ? Number(count) + 1 : 1;
        await remember("tries", `${VERSION} ${tries} ${Date.now()}`);
        if (tries > MOST_TRIES && good) version = good;
    }
    const page_of = (name) => caches.match("/", { cacheName: `polka-${name}`, ignoreVary: true });
    return (await page_of(version)) ?? (await page_of(good)) ?? fetch(request);
}

async function file(request) {
    const options = { ignoreVary: true, ignoreSearch: true };
    // A page of the last version has its own files, by other names.
    return (await caches.match(request, { ...options, cacheName: OWN }))
        ?? (await caches.match(request, options)) ?? fetch(request);
}

// Some megabytes, and not every device needs them: kept when they are used first, if there is room.
async function voice(request) {
    const cache = await caches.open(VOICE_PACK);
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    const response = await fetch(request, { cache: "no-cache" });
    if (response.ok) await cache.put(request, response.clone()).catch(() => {});
    return response;
}

async function recall(name) {
    const cache = await caches.open(STATE);
    return (await cache.match(`/${name}`))?.text();
}

// On a full disk nothing is remembered, and the page is served all the same.
async function remember(name, value) {
    try {
        const cache = await caches.open(STATE);
        await cache.put(`/${name}`, new Response(value));
    } catch {}
}
