// The part of the accessibility checks that plays scenes: somebody comes, presses keys, waits, and goes. It
// is run as the body of an async function on the first screen, with page.js before it, in a page that
// clock.js was in from its start. `polka_scenes.all(numbers)` gives what is wrong by the checks of these
// numbers in `docs/accessibility/checks.tsv`, a line for each finding; each is a visit of its own.
"use strict";

const polka_scenes = (() => {
    const PRODUCT = "9521247000444";
    const SIZES = ["normal", "large", "largest"];
    const MODES = ["size", "contrast", "audio", "reach", "motor", "motion"];
    const HOW_TO_GO_ON = { ru: [/вниз/i, /помощ/i], en: [/down/i, /help/i] };
    const ASTERISK = /^(звёздочка|asterisk)[.,]?$/i;
    const settings = JSON.parse(document.querySelector("#settings")?.textContent || "{}");
    /** Between two keys of a calm hand: longer than any guard against double strikes. */
    const CALM_MS = 100 + Math.max(500, settings.double_strike_ms ?? 0);
    /** For drawing and loading, in real time. */
    const PATIENCE_MS = 3000, PATIENCE_TO_LOAD_MS = 10000;
    const IDLE_MS = (settings.idle_timeout_s ?? 60) * 1000;
    const WARNING_MS = (settings.idle_warning_s ?? 20) * 1000;
    const rest = () => polka_clock.rest(), pass = (ms) => polka_clock.pass(ms);
    const until = (ask, patience_ms) => polka_clock.until(ask, patience_ms);
    const now = () => performance.now();
    const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

    const heard = [];
    document.addEventListener("utterance", (event) => heard.push(event.detail));
    const starts_since = (from) => heard.slice(from).filter((it) => it.event === "start");
    const end_of = (said) => heard.find((it) => it.event === "end" && it.sequence === said.sequence);
    const is_speaking = () => heard.length > 0 && heard.at(-1).event !== "end";

    // What a person does.

    let stamp = now();

    /** Presses a key, so long after the last one. */
    function press(code, { after_ms = CALM_MS, key = code, ...more } = {}) {
        stamp += after_ms;
        const event = new KeyboardEvent("keydown",
            { code, key, bubbles: true, cancelable: true, composed: true, ...more });
        Object.defineProperty(event, "timeStamp", { value: stamp });
        (document.activeElement ?? document.body).dispatchEvent(event);
        return rest();
    }

    /** Holds a product to the scanner, which types its code. */
    async function scan(code) {
        for (const [index, digit] of [...code].entries())
            await press(`Digit${digit}`, { key: digit, after_ms: index ? 20 : CALM_MS });
        await press("Enter", { after_ms: 20 });
        await settle();
    }

    /** Presses a button as a key does. */
    async function click(action) {
        const button = document.querySelector(`[data-action=${action}]`);
        if (!button) throw new Error(`no [data-action=${action}] on the screen`);
        button.click();
        await rest();
    }

    /** Goes to an address of the app. */
    async function go(path) {
        const state = (history.state ?? 0) + 1;
        history.pushState(state, "", path + location.search);
        dispatchEvent(new PopStateEvent("popstate", { state }));
        await settle();
    }

    /** Lets the screen be drawn, and what follows from that happen. */
    async function settle() {
        await rest();
        await new Promise(requestAnimationFrame);
        await rest();
    }

    /** Lets time pass until something holds; gives how long that took, or `null` when it has not come. */
    async function pass_until(holds, most_ms, step_ms = 100) {
        // Counted here: what is tested may set the page's clock.
        let passed_ms = 0;
        for (; !holds(); passed_ms += step_ms) {
            if (passed_ms >= most_ms) return null;
            await pass(step_ms);
        }
        return passed_ms;
    }

    /** The first words since then, if they come within so much time of the page. */
    async function first_words(from, within_ms = 1000) {
        const words = () => starts_since(from)[0];
        const said = await until(words, heard.length > 0 ? PATIENCE_MS : PATIENCE_TO_LOAD_MS);
        if (said) return said;
        await pass(within_ms);
        return words();
    }

    /** Presses a key and gives its answer in words. */
    async function answer_to(code) {
        const from = heard.length;
        await press(code);
        return first_words(from);
    }

    /** Speech is on, on the loudspeaker, with its first words said. */
    async function listen() {
        const is_on = mode("audio") === "on";
        if (is_on && heard.length > 0) return;
        const from = heard.length;
        await (is_on ? press("ArrowDown") : click("audio"));
        if (!(await first_words(from))) throw new Error("speech says nothing when it is switched on");
        await settle();
    }

    const warning = () => document.querySelector("dialog[open] [data-action=continue]")?.closest("dialog");
    const until_warned = () => pass_until(warning, 2 * IDLE_MS + 5000);

    /** Speech is on or off. */
    async function set_audio(wanted) {
        if (wanted === "on") await listen();
        else if (mode("audio") === "on") await click("audio");
    }

    // How it is when nobody is here.

    const first = {};

    function state() {
        const modes = Object.fromEntries(MODES.map((name) => [name, mode(name)]));
        return { ...modes, curtain: root.hasAttribute("data-curtain"), language: root.lang,
            screen: document.querySelector("main")?.dataset.screen };
    }

    // As what the store knows the device is of no person.
    const is_of_device = ([name]) => ["polka.device", "polka.start"].includes(name);
    const stored = () => JSON.stringify([...[localStorage, sessionStorage]
        .map((store) => Object.entries(store).filter((it) => !is_of_device(it)).sort()), document.cookie]);

    /** Ends the visit, whatever is open. */
    async function end_visit() {
        // What comes too late for its check must not reach into the next one.
        await pass(1000);
        let is_back = !(history.state > 0);
        addEventListener("popstate", () => (is_back = true), { once: true });
        await press("F16");
        await until(() => is_back, PATIENCE_MS);
        await settle();
    }

    // Parts of the checks.

    const says_how_to_go_on = (said) =>
        (HOW_TO_GO_ON[said.language] ?? HOW_TO_GO_ON.ru).every((word) => word.test(said.text));

    /** Presses a key until it changes nothing more; gives its answers, and whether one was missing. */
    async function answers_to_the_end(code, field) {
        const answers = [];
        for (let count = 0; count < 30; count++) {
            const said = await answer_to(code);
            if (!said || said[field] === answers.at(-1)?.[field]) return { answers, is_silent: !said };
            answers.push(said);
        }
        return { answers, is_silent: false };
    }

    /** From its least to its most and back, something goes by so many levels, and each of them is told. */
    async function level_findings(field, less, more, needed) {
        await listen();
        const findings = [];
        await answers_to_the_end(less, field);
        for (const [code, is_up] of [[more, true], [less, false]]) {
            const { answers, is_silent } = await answers_to_the_end(code, field);
            const steps = answers.map((it) => it[field]), texts = new Set(answers.map((it) => it.text));
            if (is_silent) findings.push(`${code}: nothing is said after ${field} ${steps.at(-1) ?? ""}`);
            if (steps.some((it, at) => at > 0 && it > steps[at - 1] !== is_up))
                findings.push(`${code}: ${field} goes ${steps.join(", ")}`);
            // One more is the level that it started from.
            const count = steps.length + 1;
            if (count < needed) findings.push(`${code}: only ${count} levels of ${field}`);
            if (texts.size < steps.length) findings.push(`${code}: the words tell no ${field} from another`);
        }
        return findings;
    }

    /** Something is being said, and this ends it at once. */
    async function cut_findings(named, act) {
        const said = await answer_to("ArrowDown");
        if (!said) return ["ArrowDown: nothing is said that could be cut"];
        const at_ms = now();
        await act();
        if (!end_of(said)) await pass(150);
        const end = end_of(said);
        if (!end) return [`${named}: speech goes on for more than 150 ms`];
        return end.cause === "interrupted" && end.at_ms - at_ms <= 150 ? []
            : [`${named}: speech ends after ${Math.round(end.at_ms - at_ms)} ms, ${end.cause}`];
    }

    /** By how many steps the letters have grown, round and round. */
    const sizes_gone = (before) => (SIZES.indexOf(mode("size")) - SIZES.indexOf(before) + 3) % 3;

    /** Two strikes of a key so far apart are so many. */
    async function strike_findings(apart_ms, wanted) {
        const before = mode("size"), how = mode("motor") === "on" ? ", in motor mode" : "";
        await press("F3");
        await press("F3", { after_ms: apart_ms });
        const count = sizes_gone(before);
        return count === wanted ? []
            : [`F3 twice within ${apart_ms} ms${how}: counts ${count} times instead of ${wanted}`];
    }

    /** Ways in which a visit ends. */
    const ENDS = {
        "the time-out": () => pass(2 * (IDLE_MS + WARNING_MS) + 1000),
        async "the dialog's end"() {
            await go("/help");
            if ((await until_warned()) === null) throw new Error("the dialog that ends it does not come");
            await click("end");
        },
        "pulling the headphones out": () => press("F16"),
        async "the staff's end"() {
            await press("F12");
            await click("staff-ends");
        },
    };

    /** Presses a digit of a masked entry; on the loudspeaker and the screen it is an asterisk. */
    async function entry_findings(digit, channel) {
        const from = heard.length, own_words = { 2: /^(2|два|two)$/i, 3: /^(3|три|three)$/i }[digit];
        document.querySelector(`[data-digit="${digit}"]`).click();
        const said = await first_words(from);
        if (!said) return [`a digit, ${channel}: nothing is said`];
        const findings = [], wanted = channel === "private" ? own_words : ASTERISK;
        if (said.channel !== channel) findings.push(`a digit is ${said.channel} and not ${channel}`);
        for (const text of new Set(starts_since(from).map((it) => it.text)))
            if (!wanted.test(text)) findings.push(`a digit, ${channel}: “${text}” is said`);
        const caption = one_line(document.querySelector("[data-spoken]")?.textContent ?? "");
        if (!ASTERISK.test(caption)) findings.push(`a digit, ${channel}: the caption is “${caption}”`);
        return findings;
    }

    /** Why the eye does not find the warning, or nothing. */
    function invisible() {
        const dialog = warning(), heading = dialog?.querySelector("h2");
        if (!dialog || !heading?.textContent.trim()) return "says nothing to the eye";
        const box = dialog.getBoundingClientRect();
        const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        if (![dialog, heading].every(is_seen)) return "is not drawn";
        if (!is_on_screen(box)) return "is not on the screen";
        const opacity = styles_to(heading).reduce((all, it) => all * Number(it.opacity), 1);
        if (opacity < 0.9) return "is transparent";
        return dialog.contains(document.elementFromPoint(...middle)) ? null : "is covered";
    }

    /** Learns all keys that the wizard asks for, and gives the questions by the keys that answered them. */
    async function learn_keys(codes) {
        const line = document.querySelector("[data-action=learn]").previousElementSibling;
        const idle = line.textContent, questions = new Map();
        let from = heard.length;
        await click("learn");
        for (const code of codes) {
            if (line.textContent === idle) return questions;
            questions.set(code, (await first_words(from))?.text ?? "");
            from = heard.length;
            await press(code);
        }
        if (line.textContent !== idle) throw new Error(`the wizard asks for more than ${codes.length} keys`);
        return questions;
    }

    async function learning_findings() {
        await go("/installer");
        if (!(await until(() => document.querySelector("[data-action=learn]"), PATIENCE_TO_LOAD_MS)))
            return ["/installer: no wizard that learns keys"];
        await settle();
        const codes = ["F21", "F22", "F24", "BrowserBack", "BrowserForward", "BrowserHome", "BrowserSearch",
            "LaunchApp1", "LaunchApp2", "LaunchMail", "MediaStop", "MediaSelect"];
        const questions = await learn_keys(codes), texts = [...questions.values()], findings = [];
        if (texts.length < 5) findings.push(`the wizard asks for ${texts.length} keys`);
        if (texts.includes("")) findings.push("the wizard asks for a key without a word");
        if (new Set(texts).size < texts.length) findings.push("the wizard asks for one key twice");
        const code = codes.find((it) => /вниз|down/i.test(questions.get(it) ?? ""));
        const wanted = (await answer_to("ArrowDown"))?.text;
        await press("ArrowUp");
        const said = (await answer_to(code ?? codes[0]))?.text;
        if (!wanted || said !== wanted)
            findings.push(`the key that was learned as down says “${said ?? ""}” and not “${wanted ?? ""}”`);
        return findings;
    }

    /** A visit that leaves every trace there is; gives the name of the product that was looked at. */
    async function leave_traces() {
        for (const code of ["F3", "F4", "F6", "F7", "F8", "F5"]) await press(code);
        await set_audio(first.audio === "on" ? "off" : "on");
        await press("PageUp");
        await press("F11");
        await scan(PRODUCT);
        if (state().screen !== "price-check") throw new Error("a scan shows no price");
        const name = one_line(document.querySelector("main h1").textContent);
        await press("F19");
        await settle();
        return name;
    }

    const checks = {
        /** One key, or the headphones' plug, and the first words come and say how to go on. */
        async check_01_start_key() {
            const findings = [];
            for (const [code, named] of [["F15", "jack in"], ["F2", "the start key"]]) {
                if (code === "F2") await set_audio("off");
                const said = await answer_to(code);
                if (!said) findings.push(`${named}: nothing is said within 1 s`);
                else if (!says_how_to_go_on(said))
                    findings.push(`${named}: “${said.text}” does not say how to go on`);
                await end_visit();
            }
            return findings;
        },

        /** Whatever somebody does, the device stops talking at once. */
        async check_05_cut_at_once() {
            await listen();
            const touch = () => {
                document.querySelector("main h1").dispatchEvent(
                    new MouseEvent("mousedown", { bubbles: true, cancelable: true, composed: true }));
                return rest();
            };
            return [...(await cut_findings("ArrowDown", () => press("ArrowDown"))),
                ...(await cut_findings("F4", () => press("F4"))), ...(await cut_findings("a touch", touch))];
        },

        /** One key says the last thing again, while it is being said and afterwards. */
        async check_06_repeat() {
            await listen();
            await answer_to("ArrowDown");
            const findings = [];
            for (const when of ["while it is said", "after its end"]) {
                const last = starts_since(0).at(-1), again = await answer_to("F10");
                if (!again) findings.push(`F10 ${when}: nothing is said`);
                else if (again.text !== last.text || again.language !== last.language)
                    findings.push(`F10 ${when}: “${again.text}” and not “${last.text}”`);
                await pass_until(() => !is_speaking(), 30000);
            }
            return findings;
        },

        /** One key holds the speech, and goes on with it. */
        async check_07_pause() {
            await listen();
            // From its beginning.
            await press("F10");
            const said = starts_since(0).at(-1), paused_at = heard.length;
            await press("F9");
            const end = end_of(said);
            if (end?.cause !== "paused") return [`F9: speech is not paused${end ? ` but ${end.cause}` : ""}`];
            await pass(20000);
            const findings = starts_since(paused_at).map((it) => `paused, and “${it.text}” is said`);
            const again = await answer_to("F9");
            if (again?.text !== said.text)
                findings.push(`F9 again: “${again?.text ?? ""}” and not “${said.text}”`);
            await pass_until(() => end_of(again ?? said), 30000);
            if (again && end_of(again)?.cause !== "done")
                findings.push("F9 again: what was held does not come to its end");
            return findings;
        },

        /** Somebody learns the keys by pressing them: each says what it does, and does not do it. */
        async check_12_explained_keys() {
            await listen();
            await go("/help");
            await press("F13");
            const findings = [], before = mode("size");
            const said = await answer_to("F3");
            if (!said) findings.push("F3, explained: nothing is said");
            else if (!/букв|letter/i.test(said.text)) findings.push(`F3, explained: “${said.text}”`);
            if (mode("size") !== before) findings.push("F3, explained: the size changes all the same");
            const back = await answer_to("ArrowLeft");
            if (!/назад|back/i.test(back?.text)) findings.push(`back, explained: “${back?.text ?? ""}”`);
            await press("ArrowLeft");
            await settle();
            if (state().screen !== "help") findings.push("back, explained: another screen comes");
            const after = mode("size");
            await press("F3");
            if (mode("size") === after) findings.push("back twice: the keys are still explained");
            return findings;
        },

        /** Louder and quieter by keys, at least five levels, each told. */
        check_13_volume: () => level_findings("volume", "PageDown", "PageUp", 5),

        /** Whoever comes next hears it as loud and as fast as on the first day. */
        async check_14_defaults_after_each_end() {
            const findings = [];
            for (const [named, end] of Object.entries(ENDS)) {
                await listen();
                const usual = heard.find((it) => it.event === "start");
                for (const code of ["PageDown", "F17", "F17"]) await press(code);
                await end();
                await settle();
                await listen();
                const from = heard.length;
                for (const code of ["ArrowDown", "ArrowDown", "ArrowDown"]) await press(code);
                if (starts_since(from).length === 0) findings.push(`after ${named}: nothing is said`);
                for (const field of ["volume", "rate"]) {
                    const found = starts_since(from).map((it) => it[field]).find((it) => it !== usual[field]);
                    if (found) findings.push(`after ${named}: ${field} ${found} instead of ${usual[field]}`);
                }
                await end_visit();
            }
            return findings;
        },

        /** A secret number is heard by nobody around, and by its owner in the headphones. */
        async check_15_masked_entry() {
            await go("/gallery/gallery/secret");
            await listen();
            const display = document.querySelector("main [data-masked]"), findings = [];
            for (const digit of ["2", "3"]) findings.push(...(await entry_findings(digit, "speaker")));
            if (!display) return [...findings, "the entry has no masked display"];
            if (!/^•{2}$/.test(one_line(display.textContent)))
                findings.push(`after two digits the display shows “${one_line(display.textContent)}”`);
            let said = null;
            for (let left = stop_elements().length; left > 0 && !ASTERISK.test(said?.text); left--)
                said = await answer_to("ArrowDown");
            if (!ASTERISK.test(said?.text))
                findings.push("the keys come to no display that is said as an asterisk");
            const from = heard.length;
            await press("F15");
            await first_words(from);
            await settle();
            return [...findings, ...(await entry_findings("2", "private"))];
        },

        /** Nothing else sounds for long while somebody listens. */
        async check_17_no_other_sound() {
            const from = heard.length, before = new Set(polka_recorder.sounds);
            await listen();
            await pass(8000);
            await press("ArrowDown");
            await pass(2000);
            await press("F20");
            await pass(8000);
            const spoken = starts_since(from).map((it) => [it.at_ms, end_of(it)?.at_ms ?? now()]);
            // The voice's own sound is told in the log as it begins.
            const voice_ms = heard.slice(from).filter((it) => it.event === "sound").map((it) => it.at_ms);
            const sounds = polka_recorder.sounds.filter((it) => !before.has(it) && it.is_audible);
            return sounds.flatMap(({ source, start_ms, end_ms }) => {
                const is_voice = source.buffer && voice_ms.some((it) => Math.abs(it - start_ms) < 50);
                const is_over_speech = spoken.some(([begin, end]) => start_ms < end && end_ms > begin);
                const length_ms = end_ms - start_ms;
                return length_ms > 3000 && is_over_speech && !is_voice
                    ? [`${source.constructor.name}: sounds for ${seconds(length_ms)} over speech`] : [];
            });
        },

        /** Slower and faster by keys, at least three rates, each told. */
        check_18_rate: () => level_findings("rate", "F17", "F18", 3),

        /** Without any voice captions tell all, as long as reading takes; and the installer can see why. */
        async check_21_without_a_voice() {
            await listen();
            const said = await answer_to("ArrowDown"), findings = [];
            if (!said) findings.push("without a voice: nothing is said");
            else {
                const caption = one_line(document.querySelector("[data-spoken]")?.textContent ?? "");
                if (caption !== one_line(said.text))
                    findings.push(`“${said.text}”: the caption is “${caption}”`);
                await pass_until(() => end_of(said), 30000);
                if (end_of(said)?.cause !== "done") findings.push(`“${said.text}”: does not come to its end`);
            }
            await go("/installer");
            const facts = await until(() => {
                const lines = seen("main dl .fact").map((it) => one_line(it.innerText));
                return lines.length > 0 && lines;
            }, PATIENCE_MS) || [];
            for (const [language, name] of [["Russian", /русск|russian/i], ["English", /англ|english/i]])
                if (!facts.some((it) => name.test(it) && it.replace(/^\S+ \S+/, "").trim()))
                    findings.push(`/installer: the self-test says nothing of the ${language} voice`);
            return findings;
        },

        /** A hand that rests on a key presses it once. */
        async check_38_held_key() {
            const before = mode("size");
            await press("F3");
            for (let count = 0; count < 2; count++) await press("F3", { repeat: true });
            const with_first = sizes_gone(before);
            await press("F6");
            await press("F3", { repeat: true });
            const findings = with_first === 1 ? [] : [`F3 held down: counts ${with_first} times`];
            if (sizes_gone(before) !== with_first) findings.push("F3 held down since before: counts");
            return findings;
        },

        /** A hand that trembles presses once; two keys one after the other are two. */
        async check_39_second_strike() {
            if (mode("motor") === "on") await press("F7");
            const findings = [...(await strike_findings(150, 1)), ...(await strike_findings(CALM_MS, 2))];
            const before = [mode("size"), mode("reach")];
            await press("F3");
            await press("F6", { after_ms: 10 });
            if (mode("size") === before[0] || mode("reach") === before[1])
                findings.push("F3 and F6 at once: one of them does not count");
            await press("F7");
            return [...findings, ...(await strike_findings(450, 1)), ...(await strike_findings(CALM_MS, 2))];
        },

        /** A key without a meaning says so; on a strange keypad the keys can be learned. */
        async check_44_unknown_keys() {
            const before = Object.entries(localStorage), findings = [];
            await listen();
            const hint = await answer_to("F20");
            if (!hint) findings.push("F20, which does nothing: no hint is spoken");
            else if (!says_how_to_go_on(hint)) findings.push(`F20: “${hint.text}” does not say how to go on`);
            try {
                return [...findings, ...(await learning_findings())];
            } finally {
                await press("Escape");
                document.querySelector("[data-action=forget]")?.click();
                localStorage.clear();
                for (const [name, value] of before) localStorage.setItem(name, value);
            }
        },

        /** Nobody's visit ends unannounced: there is something to see and to hear. */
        async check_45_warning() {
            await press("F4");
            if ((await until_warned()) === null) return ["the visit ends without a warning"];
            const since_ms = now() - 200, findings = [];
            await settle();
            const question = one_line(warning().querySelector("h2")?.textContent ?? "?");
            await until(() => !invisible(), PATIENCE_MS);
            if (invisible()) findings.push(`the warning ${invisible()}`);
            const sounded = () => polka_recorder.sounds.some((it) => it.start_ms > since_ms && it.is_audible)
                || starts_since(0).some((it) => it.at_ms > since_ms && it.text.startsWith(question));
            if (!(await until(sounded, PATIENCE_MS))) findings.push("the warning makes no sound");
            return findings;
        },

        /** There are 20 s to answer the warning, one key does it, and as often as somebody needs. */
        async check_46_extending() {
            await go("/help");
            await press("ArrowDown");
            for (let count = 1; count <= 10; count++) {
                if ((await until_warned()) === null) return [`extended ${count - 1} times: no warning comes`];
                await press("Enter");
                if (warning()) return [`extension ${count}: one key does not extend the visit`];
                if (state().screen !== "help") return [`extension ${count}: the visit ends`];
            }
            if ((await until_warned()) === null) return ["extended 10 times: no warning comes"];
            const left_ms = await pass_until(() => !warning(), 4 * WARNING_MS + 20000);
            const is_short = left_ms !== null && left_ms < 19900;
            return is_short ? [`${seconds(left_ms)} from the warning to the end`] : [];
        },

        /** Who listens, or reads large letters, has twice as long. */
        async check_47_twice_as_long() {
            const findings = [];
            for (const [name, wanted] of [["audio", "on"], ["size", "large"]]) {
                for (let left = 2; left > 0 && name === "size" && mode(name) !== wanted; left--)
                    await press("F3");
                await set_audio(name === "audio" ? "on" : "off");
                await go("/help");
                await press("ArrowDown");
                const idle_ms = await until_warned();
                const left_ms = await pass_until(() => !warning(), 2 * WARNING_MS + 5000);
                if (idle_ms === null) findings.push(`with ${name} ${wanted}: no warning comes`);
                else if (idle_ms < 2 * IDLE_MS - 100)
                    findings.push(`with ${name} ${wanted}: ${seconds(idle_ms)} to the warning`);
                if (idle_ms !== null && left_ms !== null && left_ms < 2 * WARNING_MS - 200)
                    findings.push(`with ${name} ${wanted}: ${seconds(left_ms)} from the warning to the end`);
                await end_visit();
            }
            return findings;
        },

        /** A visit leaves nothing behind; and the default settings in its middle keep what was done. */
        async check_50_nothing_left() {
            const findings = [], kept = stored(), entry = window.navigation?.currentEntry.index;
            const changed = (when, wanted) => Object.entries(state()).flatMap(([name, value]) =>
                (value === wanted[name] ? [] : [`${when}: ${name} is ${value} instead of ${wanted[name]}`]));
            const name = await leave_traces();
            await end_visit();
            findings.push(...changed("after the visit", first));
            if (stored() !== kept || stored().includes(PRODUCT))
                findings.push("after the visit: the browser's storage is another");
            const page = document.documentElement.outerHTML;
            if (page.includes(PRODUCT) || page.includes(name))
                findings.push(`after the visit: the page still knows “${name}” ${PRODUCT}`);
            const entries = window.navigation?.entries().slice(entry) ?? [];
            for (const { url } of entries.filter((it) => it.url.includes(PRODUCT)))
                findings.push(`after the visit: the browser's history leads to ${url}`);
            await go("/call-staff");
            if (document.querySelector("[data-action=call-off]"))
                findings.push("after the visit: the call stays");
            await end_visit();

            await leave_traces();
            await scan(PRODUCT);
            const { audio, language } = state();
            const wanted = { ...first, audio, language, screen: "price-check" };
            await press("F14");
            await settle();
            findings.push(...changed("after the default settings", wanted));
            if (!location.pathname.includes(PRODUCT))
                findings.push("after the default settings: the price is gone");
            return findings;
        },

        /** Nobody has to speak: nothing listens. */
        async check_52_no_voice_input() {
            await listen();
            await scan(PRODUCT);
            return polka_recorder.asked_to_listen.map((it) => `${it}: the page asks for a voice`);
        },

        /** Help and the call are where they were on other screens; and who calls is told how it stands. */
        async check_54_help_and_call() {
            const findings = [], places = {};
            const paths = ["/", "/help", `/price-check/${PRODUCT}`, "/gallery/gallery/everything"];
            for (const path of paths) {
                if (path !== "/") await go(path);
                scrollTo({ top: 0, behavior: "instant" });
                const found = polka_checks.help_places();
                for (const [name, box] of Object.entries(found)) {
                    places[name] ??= box;
                    const [here, there] = [box, places[name]].map((it) => Object.values(it ?? {}).join(" "));
                    if (!box) findings.push(`${path}: no ${name}`);
                    else if (here !== there)
                        findings.push(`${path}: ${name} is at ${here}, elsewhere at ${there}`);
                }
            }
            await listen();
            const lines_of = () => [...document.querySelectorAll("main :is(h1, p)")];
            const shown = () => lines_of().map((it) => one_line(it.innerText));
            const letters = (text) => text.replace(/[^\p{L}]+/gu, " ").trim();
            // A number is said in words.
            const is_said = (text) => starts_since(from)
                .some((it) => letters(it.text).startsWith(letters(text.split(/\d/)[0])));
            const first_answer = await answer_to("F19"), answered = shown();
            if (!first_answer?.text.startsWith(answered[0]))
                findings.push("F19: the call is not answered in speech");
            const from = heard.length;
            await pass(61000);
            await settle();
            const later = shown().filter((it) => !answered.includes(it));
            if (later.length === 0) findings.push("a minute after the call: no other way is shown");
            await pass(20000);
            for (const text of later)
                if (!is_said(text)) findings.push(`a minute after the call: “${text}” is not said`);
            return findings;
        },
    };

    return {
        /** Runs the checks with these numbers, each in a visit of its own. */
        async all(numbers) {
            await until(() => document.querySelector("main[aria-busy=false] h1"), PATIENCE_TO_LOAD_MS);
            await document.fonts.ready;
            Object.assign(first, state());
            const found = {};
            // The warning comes first: on a new day nobody has yet made a sound before it.
            for (const number of [...numbers].sort((a, b) => (Number(b) === 45) - (Number(a) === 45))) {
                const name = Object.keys(checks)
                    .find((it) => it.startsWith(`check_${String(number).padStart(2, "0")}_`));
                if (!name) throw new Error(`no check ${number} in the scenes`);
                try {
                    found[number] = await checks[name]();
                } catch (error) {
                    found[number] = [`the scene breaks off: ${error.message}`];
                }
                await end_visit();
            }
            return found;
        },
    };
})();
