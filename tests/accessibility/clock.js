// A clock that the tests set: the page's time stands still until `polka_clock.pass(ms)` lets it go on, and then
// what was due happens in its order. It is installed before anything of the page runs. What is asked for at once
// (0 ms) happens at once; drawing, loading and the browser's own events go on as ever.
"use strict";

(() => {
    const real_timeout = window.setTimeout.bind(window), real_clear = window.clearTimeout.bind(window);
    const real_now = Performance.prototype.now, start = real_now.call(performance);
    const timers = new Map();
    let now = start, last = 1e9, is_stopped = true;

    const channel = new MessageChannel();
    const turn = () => new Promise((go) => {
        channel.port1.addEventListener("message", go, { once: true });
        channel.port2.postMessage(0);
    });
    channel.port1.start();
    const add = (then, ms, args, every) => {
        last += 1;
        timers.set(last, { at: now + ms, every, run: () => then(...args) });
        return last;
    };
    const clear = (id) => timers.delete(id) || real_clear(id);

    let requests = 0;
    const real_fetch = window.fetch.bind(window);
    window.fetch = (...request) => {
        requests += 1;
        return real_fetch(...request).finally(() => (requests -= 1));
    };

    Performance.prototype.now = function () { return is_stopped ? now : real_now.call(this); };
    window.setTimeout = (then, ms = 0, ...args) =>
        is_stopped && ms > 0 && typeof then === "function" ? add(then, ms, args) : real_timeout(then, ms, ...args);
    window.setInterval = (then, ms = 0, ...args) => add(then, Math.max(1, ms), args, Math.max(1, ms));
    window.clearTimeout = window.clearInterval = clear;

    window.polka_clock = {
        /** Lets what is under way come to rest: promises, messages, effects, and what was asked of the server, which
            takes its time however still the clock stands. */
        async rest() {
            for (let count = 0; count < 3; count++) await turn();
            if (requests) await this.until(() => !requests, 5000);
        },
        /** Lets so much time pass. */
        async pass(ms) {
            const end = now + ms;
            for (;;) {
                const [id, due] = [...timers].reduce((first, it) => (it[1].at < first[1].at ? it : first),
                    [0, { at: Infinity }]);
                if (due.at > end) break;
                now = Math.max(now, due.at);
                if (due.every) due.at += due.every;
                else timers.delete(id);
                due.run();
                await this.rest();
            }
            now = end;
        },
        /** Waits, in real time, for something that takes it: loading, drawing. Gives it, or what it was last. */
        async until(ask, patience_ms = 20000) {
            const end = real_now.call(performance) + patience_ms;
            for (;;) {
                const answer = ask();
                if (answer || real_now.call(performance) > end) return answer;
                await new Promise((go) => real_timeout(go, 5));
            }
        },
        /** From now on what is asked for later comes by itself: other people's engines wait by that. */
        release() { is_stopped = false; },
        /** Time stands still again. */
        hold() {
            now = Math.max(now, real_now.call(performance));
            is_stopped = true;
        },
        real_now: () => real_now.call(performance),
    };
})();

// What a loudspeaker would sound, and who asked for a microphone, from the page's first moment; by its clock.
(() => {
    const sounds = [], asked_to_listen = [];
    const before = (owner, name, hear) => {
        const original = owner && Object.hasOwn(owner, name) && owner[name];
        if (!original) return;
        owner[name] = function (...args) {
            hear(this, ...args);
            return original.apply(this, args);
        };
    };
    const from_now = (source, when = 0) =>
        performance.now() + Math.max(0, when - source.context.currentTime) * 1000;

    const started = (source, when, length_s) => {
        const start_ms = from_now(source, when);
        // On a context that is held back nothing sounds.
        const is_audible = source.context.state === "running";
        sounds.push({ source, is_audible, start_ms, end_ms: start_ms + length_s * 1000 });
    };
    const any_source = window.AudioScheduledSourceNode, samples = window.AudioBufferSourceNode;
    const media = window.HTMLMediaElement;
    before(any_source?.prototype, "start", (source, when) => started(source, when, Infinity));
    before(samples?.prototype, "start", (source, when, offset = 0, length_s) => {
        const rest_s = (source.buffer?.duration ?? 0) - offset;
        started(source, when, length_s ?? (source.loop ? Infinity : rest_s));
    });
    before(any_source?.prototype, "stop", (source, when) => {
        for (const sound of sounds.filter((it) => it.source === source))
            sound.end_ms = Math.min(sound.end_ms, from_now(source, when));
    });
    before(media?.prototype, "play", (source) => {
        const start_ms = performance.now(), from_s = source.currentTime;
        // How long it is may be known later.
        const is_endless = () => source.loop || !Number.isFinite(source.duration);
        const length_s = () => (is_endless() ? Infinity : source.duration - from_s);
        sounds.push({ source, is_audible: !source.muted, start_ms,
            get end_ms() { return this.stopped_ms ?? start_ms + length_s() * 1000; } });
    });
    before(media?.prototype, "pause", (source) => {
        for (const sound of sounds.filter((it) => it.source === source))
            sound.stopped_ms ??= performance.now();
    });

    for (const [owner, name] of [["MediaDevices", "getUserMedia"], ["Navigator", "webkitGetUserMedia"]])
        before(window[owner]?.prototype, name, (_, { audio } = {}) => audio && asked_to_listen.push(name));
    for (const name of ["SpeechRecognition", "webkitSpeechRecognition"]) {
        if (!window[name]) continue;
        window[name] = new Proxy(window[name], {
            construct(...args) {
                asked_to_listen.push(name);
                return Reflect.construct(...args);
            },
        });
    }
    window.polka_recorder = { sounds, asked_to_listen };
})();
