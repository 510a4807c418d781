// The part of the accessibility checks that goes through a page by its keys and listens, run as the body of
// an async function behind page.js, by the clock of clock.js. `await polka_walk.all(numbers)` walks once and
// gives what is wrong by these checks of `docs/accessibility/checks.tsv`, a line for each finding; none is a
// pass. Speech stays on afterwards.
"use strict";

globalThis.polka_walk = (() => {
    const MOST_STOPS = 200, MOST_UTTERANCES = 20, LONGEST_UTTERANCE_MS = 60000, SLICE_MS = 250;
    // Of a screen that is read without a key.
    const READ_UTTERANCES = 10;
    // More than the guard against double strikes asks for, also in motor mode.
    const STRIKE_GAP_MS = 600;
    const PATIENCE_MS = 10000, SHORT_PATIENCE_MS = 500;
    const PARTS = "header, main, nav, footer, dialog";
    const PRICES = "[data-price], [data-card-price]";
    const MODES = ["size", "contrast", "audio", "reach", "motor", "motion"];
    const ROLES = { button: /^(кнопка|button)$/iu, link: /^(ссылка|link)$/iu, field: /^(поле|field)$/iu };
    const STATES_SAID = { true: /^(включено|on)$/iu, false: /^(выключено|off)$/iu };
    /** What is said behind the words of a thing: role, state, position. */
    const ABOUT = new RegExp([
        "(?:^|[,.!?…]\\s+)",
        "(?:(?<role>кнопка|ссылка|поле|заголовок|button|link|field|heading)(?:, |$))?",
        "(?:(?<state>включено|выключено|недоступно|on|off|not available)(?:, |$))?",
        "(?:(?<number>\\d+) (?:из|of) (?<count>\\d+))?$",
    ].join(""), "iu");
    const NOT_TEXT = ["button", "submit", "reset", "image", "checkbox", "radio", "range", "color", "file"];
    /** The purposes that a field can have [WCAG 2.2, 7; HTML, autofill]. */
    const PURPOSES = new Set(["name", "honorific-prefix", "given-name", "additional-name", "family-name",
        "honorific-suffix", "nickname", "username", "new-password", "current-password", "one-time-code",
        "organization-title", "organization", "street-address", "address-line1", "address-line2",
        "address-line3", "address-level4", "address-level3", "address-level2", "address-level1", "country",
        "country-name", "postal-code", "cc-name", "cc-given-name", "cc-additional-name", "cc-family-name",
        "cc-number", "cc-exp", "cc-exp-month", "cc-exp-year", "cc-csc", "cc-type", "transaction-currency",
        "transaction-amount", "language", "bday", "bday-day", "bday-month", "bday-year", "sex", "url",
        "photo", "tel", "tel-country-code", "tel-national", "tel-area-code", "tel-local", "tel-local-prefix",
        "tel-local-suffix", "tel-extension", "email", "impp"]);
    /** How a sum is said, by its sign; of any other money the numbers count. */
    const MONEY = { "₽": ["(?:руб|roubl)", "(?:копе|kopeck)"] };
    const TENS = ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят",
        "восемьдесят", "девяносто"];

    // Words.

    /** A text as it is compared: without what breaks words or holds them together. */
    const plain = (text) => one_line(text.replace(/\u00ad/g, ""));
    const bare = (text) => plain(text).toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    const is_empty = (text) => bare(text) === "";
    const stems_in = (text) => (text.toLowerCase().match(/\p{L}{3,}/gu) ?? []).map((it) => it.slice(0, 4));
    const about = (text) => text.match(ABOUT);
    const without_about = (text) => text.slice(0, about(text)?.index);

    /** The beginnings of a text's words, which stay when a voice puts them into another form; no units. */
    const stems = (text) => stems_in(plain(text)
        .replace(/\d[\d\s.,]*\p{L}{1,3}\.?(?!\p{L})|\b[A-Z]{3}(?=\s?\d)/gu, " "));

    /** Whether what was said has a text's words; numbers and units may have become others. */
    function has_words(said, text) {
        const wanted = stems(text), had = stems_in(plain(said));
        const codes = text.match(/\d{5,}/g) ?? [], digits = said.replace(/\D/g, "");
        if (wanted.length === 0 && /^(\p{L}+|\d{1,3})$/u.test(bare(text)))
            return bare(said).includes(bare(text));
        return !is_empty(said) && codes.every((it) => digits.includes(it))
            && wanted.every((stem) => had.some((it) => it.startsWith(stem)));
    }

    /** Whether it has one of them, or there is none to have. */
    function has_any(said, text) {
        const had = stems_in(plain(said)), wanted = stems(text);
        return wanted.length === 0 || wanted.some((stem) => had.some((it) => it.startsWith(stem)));
    }

    /** The sums in a text: `{ whole, cents, sign }`. */
    function sums_in(text) {
        const number = /(\p{Sc}?)\s*(\d+(?:[\s,]\d{3})*)(?:[.,](\d{2}))?(?!\d)\s*(\p{Sc}?)/gu;
        return [...text.matchAll(number)]
            .map(([, before, whole, cents, behind]) =>
                ({ whole: whole.replace(/\D/g, ""), cents, sign: before || behind }))
            .filter((it) => it.sign || it.cents);
    }

    /** Whether a sum was said with its units: «89 рублей 90 копеек»; small units may be numbered in words. */
    function has_sum(said, { whole, cents, sign }) {
        const [major, minor] = MONEY[sign] ?? ["\\p{L}", "\\p{L}"], small = Number(cents ?? 0);
        const ones = { 1: "одн", 2: "дв" }[small % 10];
        const in_words = ones ? `|${[TENS[Math.floor(small / 10)], ones].join(" ").trim()}\\p{L}*` : "";
        const has = (number, unit) => new RegExp(`(?<!\\d)(?:${number})\\s+${unit}`, "iu").test(said);
        return (has(Number(whole), major) || (Number(whole) === 0 && small > 0))
            && (small === 0 || has(`${small}${in_words}`, minor));
    }

    // Going and listening.

    let struck_ms = 0;

    function strike(code) {
        struck_ms = Math.max(struck_ms + STRIKE_GAP_MS, polka_clock.real_now());
        for (const type of ["keydown", "keyup"]) {
            const event = new KeyboardEvent(type,
                { code, key: code, bubbles: true, cancelable: true, composed: true });
            Object.defineProperty(event, "timeStamp", { value: struck_ms });
            (document.activeElement ?? document.body).dispatchEvent(event);
        }
    }

    /** What is heard, from now on: `{ text, language, class, channel, focus, caption, … }`. */
    function listen() {
        const heard = [];
        let has_waited = false;
        const hear = ({ detail }) => {
            if (detail.event === "start") heard.push({ ...detail, focus: document.activeElement });
            const ended = detail.event === "end" && heard.findLast((it) => it.sequence === detail.sequence);
            if (ended) ended.is_over = true;
        };
        // Before anybody whom the words may move.
        addEventListener("utterance", hear, true);
        return {
            heard,
            /** Strikes a key; gives what has the focus when the first word follows. */
            go(code) {
                const first = heard.length;
                strike(code);
                return heard[first]?.focus ?? document.activeElement;
            },
            /** Speech may still be on its way to the page; once it is waited for. */
            async hear_first() {
                if (!has_waited) await polka_clock.until(() => heard.length > 0, PATIENCE_MS);
                has_waited = true;
            },
            end: () => removeEventListener("utterance", hear, true),
        };
    }

    /** Lets what is about to be said be said, and looks at the captions and the focus with each utterance. */
    async function hear_out(heard, first, most = MOST_UTTERANCES) {
        for (let at = first; at < heard.length && at < first + most; at++) {
            const it = heard[at];
            it.caption = polka_checks.captions();
            it.focus_later = document.activeElement;
            for (let ms = 0; !it.is_over && ms < LONGEST_UTTERANCE_MS; ms += SLICE_MS)
                await polka_clock.pass(SLICE_MS);
        }
    }

    /** By its key, by its button, by plugging in headphones. */
    async function switch_on(ears) {
        const is_on = () => mode("audio") === "on";
        const ways = [() => ears.go("F2"), () => document.querySelector("[data-action=audio]")?.click(),
            () => ears.go("F15")];
        for (const way of ways) {
            if (is_on()) break;
            way();
            await polka_clock.until(is_on, SHORT_PATIENCE_MS);
        }
        if (is_on()) await ears.hear_first();
    }

    /** Goes on by a key; `stop` is what got the focus, `at_rest` what has it when all is said. */
    async function step(ears, code) {
        const first = ears.heard.length, stop = ears.go(code);
        await polka_clock.rest();
        await ears.hear_first();
        const box = document.activeElement.getBoundingClientRect();
        const is_shown = document.activeElement.matches(":focus-visible")
            && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0;
        await hear_out(ears.heard, first);
        const said = ears.heard.slice(first);
        return { stop, said, at_rest: document.activeElement, is_shown,
            words: said.map((it) => without_about(it.text)).join(" · ") };
    }

    /** One whole round by ArrowDown, and back by ArrowUp: `{ steps, heard, is_whole, problems }`. */
    async function walk() {
        const ears = listen(), problems = [], steps = [];
        try {
            if (mode("audio") !== "on") await switch_on(ears);
            steps.push(await step(ears, "ArrowDown"));
            const first = steps[0].stop, is_known = (stop) => steps.some((it) => it.stop === stop);
            let next = await step(ears, "ArrowDown");
            while (!is_known(next.stop) && next.stop !== document.body && steps.length < MOST_STOPS) {
                steps.push(next);
                next = await step(ears, "ArrowDown");
            }
            const is_closed = next.stop === first;
            if (is_closed) problems.push(...go_back(ears, steps.map((it) => it.stop)));
            else problems.push(`${describe(steps.at(-1).stop)}: ArrowDown ${end_of_way(steps, next.stop)}`);
            const is_whole = is_closed || await go_the_other_way(ears, steps);
            return { steps, heard: ears.heard, is_whole, problems, read: await read_on(ears) };
        } finally {
            ears.end();
        }
    }

    /** Why a way by ArrowDown is no round. */
    function end_of_way(steps, stop) {
        if (stop === document.body) return "leads nowhere";
        if (stop === steps.at(-1).stop) return "leads no further";
        return steps.some((it) => it.stop === stop) ? `leads to ${describe(stop)} again and again`
            : `comes to no end after ${MOST_STOPS} things`;
    }

    /** The round backwards: the same things, the other way round. */
    function go_back(ears, stops) {
        let from = stops[0];
        for (const wanted of stops.toReversed()) {
            const stop = ears.go("ArrowUp");
            if (stop !== wanted)
                return [`${describe(from)}: ArrowUp leads to ${describe(stop)}, not to ${describe(wanted)}`];
            from = stop;
        }
        return [];
    }

    /** Where ArrowDown ends, what lies before the first thing is heard by ArrowUp. */
    async function go_the_other_way(ears, steps) {
        const first = steps[0].stop;
        let stop = steps.at(-1).stop;
        for (let count = 0; stop !== first && count < MOST_STOPS; count++) stop = ears.go("ArrowUp");
        for (let before = first, count = 0; stop === first && count < MOST_STOPS; count++) {
            const next = await step(ears, "ArrowUp");
            if (next.stop === document.body) return false;
            if (steps.some((it) => it.stop === next.stop)) return next.stop !== before;
            steps.push(next);
            before = next.stop;
        }
        return false;
    }

    /** The screen as it is read by itself when its heading gets the focus: the utterances. */
    async function read_on(ears) {
        const first = ears.heard.length, heading = open_dialog() ? null : document.querySelector("main h1");
        document.activeElement.blur();
        heading?.focus();
        await polka_clock.rest();
        await hear_out(ears.heard, first, READ_UTTERANCES);
        return ears.heard.slice(first).filter((it) => it.caption);
    }

    // What belongs to what.

    const is_field = (stop) => stop.matches(FIELDS) && !/^(button|submit|reset|image)$/.test(stop.type);
    /** What a thing says: a field, what stands around it. */
    const subject = (stop) => [stop, ...(is_field(stop) ? stop.labels ?? [] : [])];
    const holds = (stop, element) => subject(stop).some((it) => it.contains(element));
    /** The innermost thing of the round that holds an element. */
    const holder_of = (steps, element) => steps.filter((it) => holds(it.stop, element))
        .reduce((inner, it) => (!inner || inner.stop.contains(it.stop) ? it : inner), undefined);
    const pictures_in = (places) =>
        seen("[role=img], img[alt]:not([alt='']), [role=image]", places).filter((it) => !is_decorative(it));
    const name_of_picture = (it) => name_of(it) || plain(it.getAttribute("alt") ?? "")
        || plain(it.querySelector("title")?.textContent ?? "");

    /** The texts around a price that are read with it. */
    function price_line(element) {
        const price = element.closest(PRICES)
            ?? [...document.querySelectorAll(PRICES)].find((it) => line_of(it).contains(element));
        return price && line_of(price);
    }

    const line_of = (price) => price.closest("p, li, dl > div, .price")
        ?? (price.parentElement.matches("div, span, dd, td") ? price.parentElement : price);

    const is_private_page = () => /\/(receipt|everything)\/?$/.test(location.pathname);

    /** Who may hear a text: on pages that have a card's points these too, however they are marked. */
    const is_private = ({ block, text }) => block.closest("[data-private]") !== null
        || block.querySelector("[data-private]") !== null
        || (is_private_page() && /балл|points/iu.test(text));

    const texts_with_words = () => passages().filter((it) => !is_empty(it.text));
    const texts_of = (owner) => texts_with_words().filter((it) => owner_of(it) === owner);

    /** The check that looks after a text. */
    function owner_of(passage) {
        const { block } = passage;
        if (is_private(passage)) return 16;
        if (block.closest("[data-masked]")) return 15;
        if (block.closest("[data-error]")) return 8;
        if (block.closest("[data-receipt]") || price_line(block)) return 9;
        // What a field asks for belongs to the field.
        const label = block.closest("label");
        return label?.control && is_text_field(label.control) && !block.matches(FIELDS) ? 55 : 3;
    }

    const is_text_field = (it) => it.matches("input, textarea") && it.matches(FIELDS)
        && !NOT_TEXT.includes(it.type);

    /** A control that no key leads to is found by the check of the five keys. */
    const is_lost_control = (steps, element) => {
        const control = element.closest(CONTROLS);
        return control !== null && steps.every((it) => it.stop !== control);
    };

    /** What is not said of texts in sight. */
    function unsaid(steps, found) {
        return found.filter(({ block }) => !is_lost_control(steps, block)).flatMap(({ block, text }) => {
            const step = holder_of(steps, block), named = describe(block, text);
            if (!step) return [`${named}: no key leads to it, so it is not said`];
            return has_words(step.words, text) ? [] : [`${named}: said is ${quote(step)}`];
        });
    }

    const quote = ({ said }) =>
        (said.length > 0 ? `"${said.map((it) => it.text).join(" · ")}"` : "nothing");

    /** What a thing says of itself: its texts, and the names of its pictures. */
    const words_on = (stop) => [...subject(stop).flatMap((it) => passages(it)).map((it) => it.text),
        ...pictures_in([stop]).map(name_of_picture)].join(" ");

    const checks = {
        /** Whoever sees nothing hears every word that stands on the screen [V4 5.1.3.3; 402.2]. */
        check_03_all_is_spoken({ steps }) {
            return unsaid(steps, texts_of(3));
        },

        /** Whoever sees a little follows the ring with the eyes and hears what is inside it [402.2.3]. */
        check_04_focus_is_what_is_spoken({ steps, read }) {
            const own = new Map(steps.map(({ stop }) => [stop, words_on(stop)]));
            const problems = (stop, places, words) => {
                const other = places.find((it) => it !== stop);
                if (other) return [`${describe(stop)}: while it is said the focus is on ${describe(other)}`];
                if (has_any(words, own.get(stop))) return [];
                const spoken = [...own.keys()].find((it) => it !== stop && stems(own.get(it)).length > 0
                    && has_words(words, own.get(it)));
                return spoken ? [`${describe(stop)}: has the focus while ${describe(spoken)} is said`] : [];
            };
            const walked = steps.filter((it) => it.said.length > 0).flatMap((step) => {
                const { stop, said, at_rest, words, is_shown } = step;
                const places = [...said.flatMap((it) => [it.focus, it.focus_later]), at_rest];
                const unseen = `${describe(stop)}: it is said, and nothing in sight shows where it is`;
                return [...problems(stop, places, words), ...(is_shown ? [] : [unseen])];
            });
            return [...walked, ...read.flatMap(({ text, focus, focus_later }) => (own.has(focus)
                ? problems(focus, [focus_later], without_about(text))
                : [`"${text}": read while the focus is on ${describe(focus)}`]))];
        },

        /** Whoever made a mistake, or met one of ours, hears it as it is written, as an error [5.1.3.15]. */
        check_08_errors_are_spoken({ steps }) {
            const found = texts_of(8);
            return [...unsaid(steps, found), ...found.flatMap(({ block, text }) => {
                const said = holder_of(steps, block)?.said.filter((it) => has_any(it.text, text)) ?? [];
                const other = said.find((it) => it.class !== "error");
                return other ? [`${describe(block, text)}: said as ${other.class}, not as an error`] : [];
            })];
        },

        /** Whoever buys hears each price, sum and line of the receipt, to the kopeck [5.1.3.16]. */
        check_09_prices_are_spoken({ steps }) {
            const found = texts_of(9);
            return [...unsaid(steps, found), ...found.flatMap(({ block, text }) => {
                const step = holder_of(steps, block);
                const sum = step && sums_in(text).find((it) => !has_sum(step.words, it));
                return sum ? [`${describe(block, text)}: the sum is not in ${quote(step)}`] : [];
            })];
        },

        /** Whoever hears a control knows what it is, how it stands and where it is [V4 5.1.3.3]. */
        check_10_role_state_position({ steps, is_whole }) {
            const part = (it) => it.stop.closest(PARTS);
            const in_order = [...steps].sort((a, b) =>
                (a.stop.compareDocumentPosition(b.stop) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
            return in_order.filter((it) => it.stop.matches(CONTROLS)).flatMap((it) => {
                const told = about(it.said.at(-1)?.text ?? "")?.groups ?? {}, { stop } = it;
                const kind = stop.matches("a[href]") ? "link" : is_field(stop) ? "field" : "button";
                const pressed = state_of(stop), findings = [];
                const peers = in_order.filter((its) => part(its) === part(it));
                const place = `${peers.indexOf(it) + 1} of ${peers.length}`;
                if (!ROLES[kind].test(told.role ?? "")) findings.push(`is not said to be a ${kind}`);
                if (pressed !== null && !STATES_SAID[pressed].test(told.state ?? ""))
                    findings.push(`is not said to be ${pressed ? "on" : "off"}`);
                const is_out = stop.getAttribute("aria-disabled") === "true";
                if (is_out !== /^(недоступно|not available)$/iu.test(told.state ?? ""))
                    findings.push(`is ${is_out ? "not said to be" : "said to be"} not available`);
                if (!told.number) findings.push("its position is not said");
                else if (is_whole && `${told.number} of ${told.count}` !== place)
                    findings.push(`it is ${place}, said is ${told.number} of ${told.count}`);
                return findings.map((problem) => `${describe(stop)}: ${problem}, but ${quote(it)}`);
            });
        },

        /** Whoever cannot see a picture hears what it means [5.1.3.6]. */
        check_11_pictures_are_spoken({ steps }) {
            return pictures_in().filter((it) => !is_lost_control(steps, it)).flatMap((picture) => {
                const step = holder_of(steps, picture), name = name_of_picture(picture);
                const named = `${picture.localName} "${name}"`;
                if (name === "") return [`${describe(picture, "")}: a meaning, and no word for it`];
                if (!step) return [`${named}: no key leads to it, so it is not said`];
                return has_words(step.words, name) ? [] : [`${named}: said is ${quote(step)}`];
            });
        },

        /** What is nobody else's business is not said aloud, only that it is there [5.1.3.9]. */
        check_16_private({ steps, heard }) {
            const found = texts_with_words().filter((it) => is_private(it));
            if (found.length === 0 && is_private_page())
                return ["what is private on this page is not in sight"];
            return found.flatMap(({ block, text }) => {
                const step = holder_of(steps, block), named = describe(block, text), wanted = stems(text);
                const number = (text.match(/\d[\d\s,.]*/g) ?? []).map((it) => it.replace(/\D/g, ""))
                    .filter((it) => it.length > 1);
                const tells = (words) => {
                    const had = new Set(stems_in(words)), digits = words.replace(/(?<=\d)[\s,.](?=\d)/g, "");
                    const told = wanted.filter((it) => had.has(it)).length;
                    return number.some((it) => digits.includes(it)) || told > wanted.length / 2;
                };
                const loud = heard.find((it) => it.channel === "speaker" && tells(it.text));
                if (loud) return [`${named}: told on the loudspeaker, "${loud.text}"`];
                const shown = heard.find((it) => it.caption && tells(it.caption.text));
                if (shown) return [`${named}: told in the caption, "${shown.caption.text}"`];
                if (!step) return [`${named}: no key leads to it, so nobody knows that it is there`];
                const is_told = step.said.some((it) => it.class === "private" && !is_empty(it.text));
                return is_told ? [] : [`${named}: not said to be private, but ${quote(step)}`];
            });
        },

        /** Whoever speaks a language hears it in that language's voice [5.1.3.14]. */
        check_20_languages({ steps, heard }) {
            const wrong = heard.flatMap((it) => wrong_letters(it)
                .map((problem) => `"${without_about(it.text)}": ${problem}`));
            const other = steps.flatMap(({ stop, said }) => {
                const shown = texts(subject(stop)).filter((it) => stems(it.text).length > 0);
                const own = new Set([root, stop, ...stop.querySelectorAll("[lang]")].map(language_of));
                const strange = said.filter((it) => !own.has(it.language))
                    .map((it) => `"${it.text}": said in ${it.language}, is in ${[...own].join(" and ")}`);
                return [...strange, ...shown.flatMap(({ element, text }) => {
                    const saying = said.filter((it) => has_words(it.text, text)).map((it) => it.language);
                    const language = language_of(element);
                    return saying.length === 0 || saying.includes(language) ? []
                        : [`${describe(element, text)}: is in ${language}, said in ${saying[0]}`];
                })];
            });
            return [...new Set([...wrong, ...other])];
        },

        /** Whoever has five keys comes to everything with two of them, and is never caught [5.1.6]. */
        check_33_five_keys({ steps, problems }) {
            const dialog = open_dialog();
            const controls = seen(CONTROLS).filter((it) => is_focusable(it)
                && (dialog ? dialog.contains(it) : it.closest(PARTS)));
            const reached = new Set(steps.map((it) => it.stop));
            return [...problems, ...controls.filter((it) => !reached.has(it))
                .map((it) => `${describe(it)}: neither ArrowDown nor ArrowUp leads to it`)];
        },

        /** Whoever hears nothing reads what is said, while it is said [5.1.5]. */
        check_51_captions({ heard }) {
            return heard.filter((it) => it.caption).flatMap((it) => {
                const { text, is_visible } = it.caption, named = `"${it.text}"`;
                const is_secret = it.class === "private" && it.channel === "private";
                if (!is_secret && text !== one_line(it.text)) return [`${named}: the caption is "${text}"`];
                if (is_empty(text)) return [`${named}: no caption`];
                return is_visible ? [] : [`${named}: its caption cannot be read, or not all of it`];
            });
        },

        /** Whoever meets an error reads beside it what to do, and can ask somebody [WCAG 3.3.3]. */
        check_53_errors_suggest_a_cure() {
            const errors = seen("[data-error]").filter((it) => passages(it).length > 0);
            if (errors.length === 0) return [];
            const groups = errors.filter((it) => !errors.includes(it.previousElementSibling)
                && !errors.some((other) => other !== it && other.contains(it)));
            const uncured = groups.filter((it) => !has_cure(it))
                .map((it) => `${describe(it)}: nothing beside it says what to do`);
            const has_way_on = seen("[data-action=help], [data-action=call]").length > 0;
            const stuck = `${describe(errors[0])}: no way to help, and nobody to call`;
            return has_way_on ? uncured : [...uncured, stuck];
        },

        /** Whoever fills in a field knows what for, can have it filled, is asked once [3.3.7; V4 5.1.8]. */
        check_55_purposes({ steps }) {
            const fields = seen(FIELDS).filter((it) => is_text_field(it) && !it.disabled);
            // What is told of something else than oneself has none of the purposes [WCAG 1.3.5].
            const is_free = (it) => it.type === "search" || it.matches("[data-free-text], search *, [role=search] *");
            const purposes = fields.map((it) => (is_free(it) ? "" : purpose_of(it)));
            const unnamed = fields.filter((it, index) => purposes[index] === null)
                .map((it) => `${describe(it, name_of(it))}: no purpose, but "${it.autocomplete}"`);
            const twice = fields.filter((it, at) => purposes[at] && purposes.indexOf(purposes[at]) < at)
                .map((it) => `${describe(it, name_of(it))}: ${purpose_of(it)} is asked twice`);
            const mute = fields.flatMap((it) => {
                const step = steps.find((its) => its.stop === it), label = name_of(it);
                if (label === "") return [`${describe(it)}: nothing says what to fill in`];
                return !step || has_words(step.words, label) ? []
                    : [`${describe(it, label)}: what to fill in is not said, but ${quote(step)}`];
            });
            return [...unnamed, ...twice, ...mute];
        },
    };

    const language_of = (element) => (element.closest("[lang]")?.lang ?? "").split("-")[0];

    /** Whether a switch is on, by what it has switched; or nothing where it is none. */
    function state_of(control) {
        const { action } = control.dataset;
        if (MODES.includes(action)) return !/^(|normal|off|full)$/.test(mode(action));
        const pressed = control.getAttribute("aria-pressed");
        return pressed === "true" ? true : pressed === "false" ? false : null;
    }

    /** Letters that a voice's language has not. A name or a code may be Latin in Russian. */
    function wrong_letters({ text, language }) {
        const words = without_about(text), letters = words.match(/\p{L}/gu) ?? [];
        const count = (script) => letters.filter((it) => script.test(it)).length;
        const russian = words.match(/\p{Script=Cyrillic}{3,}/gu) ?? [];
        const is_long = letters.length >= 12 && (words.match(/\p{L}+/gu) ?? []).length >= 3;
        if (language === "en" && russian.length > 0)
            return [`${russian[0]} is said in English`];
        const is_latin = is_long && count(/\p{Script=Latin}/u) >= letters.length * 0.8;
        return language === "ru" && is_latin ? ["English words are said in Russian"] : [];
    }

    /** Whether an error, with what stands directly beside it, says more than what is wrong. */
    function has_cure(error) {
        const group = [error];
        while (group.at(-1).nextElementSibling?.matches("[data-error]"))
            group.push(group.at(-1).nextElementSibling);
        const is_sentence = (text) => (text.match(/[\p{L}\p{N}]+/gu) ?? []).length >= 2;
        const inside = (it) => passages(it).filter(({ block }) => !block.closest("h1, h2, h3, .read-code"));
        const beside = [group[0].previousElementSibling, group.at(-1).nextElementSibling]
            .filter((it) => it?.matches(".instruction"));
        const instructions = [...group.filter((it) => it.matches(".instruction")), ...beside]
            .concat(group.flatMap((it) => [...it.querySelectorAll(".instruction")]));
        if (instructions.some((it) => inside(it).some(({ text }) => is_sentence(text)))) return true;
        const segmenter = new Intl.Segmenter(root.lang || "ru", { granularity: "sentence" });
        const sentences = group.flatMap(inside).flatMap(({ text }) => [...segmenter.segment(text)])
            .filter(({ segment }) => is_sentence(segment));
        // Without a heading the first sentence is the error itself.
        const has_heading = group.some((it) => it.matches("h1, h2, h3") || it.querySelector("h1, h2, h3"));
        return sentences.length > (has_heading ? 0 : 1);
    }

    /** What a field asks for, as it tells the browser, or `null`. Where the browser must not offer what others filled in
     *  before, the purpose stands beside. */
    function purpose_of(field) {
        if (field.autocomplete === "off" && PURPOSES.has(field.dataset.purpose)) return field.dataset.purpose;
        const tokens = (field.getAttribute("autocomplete") ?? "").toLowerCase().match(/\S+/g) ?? [];
        if (tokens.at(-1) === "webauthn") tokens.pop();
        return PURPOSES.has(tokens.at(-1)) ? tokens.join(" ") : null;
    }

    return {
        /** Walks through the page once, and runs the checks with these numbers. */
        async all(numbers) {
            const named = numbers.map((number) => {
                const name = Object.keys(checks)
                    .find((it) => it.startsWith(`check_${String(number).padStart(2, "0")}_`));
                if (!name) throw new Error(`no check ${number} in the walk`);
                return [number, name];
            });
            const walked = await walk();
            return Object.fromEntries(named.map(([number, name]) => [number, checks[name](walked)]));
        },
    };
})();
