// Faults for the accessibility checks to find: `?fault=24` plants the one by which check 24 turns red, and no
// other. Each is something that a careless change could bring. It is there before the app is, and for as long
// as the page lives. Without `?fault` nothing happens.
"use strict";

(() => {
    const mode = (name) => document.documentElement.dataset[name];
    const screen = () => document.querySelector("main")?.dataset.screen;
    const button = (action) => document.querySelector(`[data-action=${action}]`);

    /** Adds to the style sheets. */
    function style(rules) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }

    /** Does this with whatever is found, now or later; what it changes must then be found no more. */
    function each(selector, change) {
        const look = () => document.querySelectorAll(selector).forEach(change);
        const all = { subtree: true, childList: true, attributes: true, characterData: true };
        new MutationObserver(look).observe(document, all);
    }

    /** Puts all that is in an element into a part of it. */
    function wrap(element, attributes) {
        const part = document.createElement("span");
        for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
        part.append(...element.childNodes);
        element.append(part);
    }

    /** Hears of an event before the app does, which does not hear of it at all where `hear` gives true. */
    function first(type, hear) {
        addEventListener(type, (event) => {
            if (!hear(event)) return;
            event.preventDefault();
            event.stopImmediatePropagation();
        }, true);
    }

    const on_key = (code, hear) => first("keydown", (event) => event.code === code && hear(event));
    const on_click = (selector, hear) =>
        first("click", (event) => event.target.closest?.(selector) && hear(event));
    const on_utterance = (hear) =>
        document.addEventListener("utterance", ({ detail }) => detail.event === "start" && hear(detail));

    /** Strikes a key, at a time by the clock of events. */
    function strike(code, at_ms) {
        const event = new KeyboardEvent("keydown", { code, key: code, bubbles: true, cancelable: true });
        Object.defineProperty(event, "timeStamp", { value: at_ms });
        document.body.dispatchEvent(event);
    }

    /** A key counts so often, until headphones are pulled out. */
    function count_key(code, times) {
        let count = 0;
        on_key(code, (event) => !event.repeat && ++count > times);
        on_key("F16", () => { count = 0; });
    }

    /** Gives a function that moves the focus without anybody hearing of it. */
    function silent_focus() {
        let is_silent = false;
        for (const type of ["focus", "focusin", "focusout", "blur"]) first(type, () => is_silent);
        return (element) => {
            is_silent = true;
            element?.focus();
            is_silent = false;
        };
    }

    /** The check that must find it; what is wrong then; and how it is planted. */
    const FAULTS = [
        [1, "the first words after the key for speech come a second and a half late", () => {
            const draw = requestAnimationFrame.bind(window);
            let is_late = false;
            window.requestAnimationFrame = (then) => (is_late ? setTimeout(then, 1500) : draw(then));
            on_key("F2", () => { is_late = screen() === "welcome"; });
            addEventListener("keydown", () => { is_late = false; });
        }],
        [2, "the button that calls somebody does nothing", () => {
            on_click("header [data-action=call]", () => true);
        }],
        [3, "an instruction stands on the screen, and no voice says it", () => {
            style("[data-screen=gallery] p.instruction:not([data-error]) { display: contents; }");
        }],
        [4, "while a price is said, the heading is highlighted", () => {
            const focus = silent_focus();
            let price = null;
            on_utterance(() => {
                if (!document.activeElement?.matches("p.price")) return;
                price = document.activeElement;
                focus(document.querySelector("main h1"));
            });
            // The keys go on from where they were.
            first("keydown", () => {
                if (price && document.activeElement?.matches("main h1")) focus(price);
                price = null;
            });
        }],
        [5, "the voice goes on for a third of a second after the key for contrast", () => {
            let is_sent = false;
            on_key("F4", (event) => {
                if (is_sent || mode("audio") !== "on") return false;
                setTimeout(() => {
                    is_sent = true;
                    strike("F4", event.timeStamp + 300);
                    is_sent = false;
                }, 300);
                return true;
            });
        }],
        [6, "the key that says it again does nothing", () => on_key("F10", () => true)],
        [7, "the key that pauses does nothing", () => on_key("F9", () => true)],
        [8, "an error is shown, and no voice says it", () => {
            style("p[data-error]:not(.instruction) { display: contents; }");
        }],
        [9, "a price is shown, and no voice says it", () => {
            style("[data-screen=gallery] p.price { display: contents; }");
        }],
        [10, "no voice says whether a button of a mode is on", () => {
            each("[data-screen=gallery] [data-action=motor]:not([aria-pressed=mixed])",
                (it) => it.setAttribute("aria-pressed", "mixed"));
        }],
        [11, "no voice says what a picture shows", () => {
            each("[role=img][aria-label]", (it) => {
                const word = document.createElement("span");
                [word.id, word.hidden, word.textContent] = ["picture", true, it.getAttribute("aria-label")];
                document.body.append(word);
                it.removeAttribute("aria-label");
                it.setAttribute("aria-labelledby", word.id);
            });
        }],
        [12, "a key acts, though it was asked what it does", () => {
            let is_asked = false;
            on_key("F13", () => { is_asked = mode("audio") === "on"; });
            for (const code of ["ArrowLeft", "F2", "F15", "F16"]) on_key(code, () => { is_asked = false; });
            on_key("F3", () => { if (is_asked) document.documentElement.dataset.size = "large"; });
        }],
        [13, "the key for more volume counts only three times", () => count_key("PageUp", 3)],
        [14, "the next person hears it as loud as the last one set it", () => {
            let key = null, kept = null, left_ms = 0;
            const is_on = () => mode("audio") === "on";
            for (const code of ["PageUp", "PageDown"])
                on_key(code, (event) => { if (event.timeStamp > left_ms && is_on()) key = code; });
            on_key("F16", (event) => {
                [key, kept] = [null, key];
                left_ms = event.timeStamp;
            });
            each("[data-audio=on]", () => {
                if (kept) strike(kept, left_ms);
                kept = null;
            });
        }],
        [15, "what is entered in secret is shown, and said aloud", () => {
            let digits = "", display = null;
            on_click("[data-digit]", (event) => {
                digits += event.target.closest("[data-digit]").dataset.digit;
                display?.replaceChildren(digits);
            });
            on_key("F16", () => { digits = ""; });
            each("[data-masked]:not(:empty)", (it) => {
                display = it;
                it.replaceChildren(digits);
                it.removeAttribute("data-masked");
            });
        }],
        [16, "what only one person may hear is said on the loudspeaker", () => {
            each("p[data-private]", (it) => {
                it.removeAttribute("data-private");
                wrap(it, { "data-private": "" });
            });
        }],
        [17, "a tone of five seconds begins with each sentence", () => {
            const context = new AudioContext(), gain = context.createGain();
            gain.gain.value = 0.05;
            gain.connect(context.destination);
            on_utterance(() => {
                const tone = context.createOscillator();
                tone.connect(gain);
                tone.start();
                tone.stop(context.currentTime + 5);
            });
        }],
        [18, "the key for faster speech counts only once", () => count_key("F18", 1)],
        [19, "the header shines through the curtain", () => {
            style("[data-curtain] .header { position: relative; z-index: 1; }");
        }],
        [20, "a Russian sentence is said as if it were English", () => {
            each("[data-screen=gallery] p.instruction:not([data-error], [lang])",
                (it) => { it.lang = "en"; });
        }],
        [21, "an installer is not told which voices there are", () => {
            style("[data-screen=installer] dl { display: none; }");
        }],
        [22, "in large letters, some stay small", () => {
            style("[data-size=large] main p { font-size: 1rem; }");
        }],
        [23, "a heading has serifs", () => style("h1 { font-family: serif; }")],
        [24, "text is grey on white, 5:1", () => {
            style(`@media not (prefers-contrast: more) {
                [data-contrast=normal] main p { color: #707070; }
            }`);
        }],
        [25, "text is grey on black in high contrast, 7.4:1", () => {
            style("[data-contrast=dark] main p { color: #9a9a9a; }");
        }],
        [26, "the frames of buttons are pale", () => {
            style(".button { border-color: #d4d4d4; }");
        }],
        [27, "a heading is cut at its side", () => {
            style("main h1 { max-width: 3em; overflow: hidden; white-space: nowrap; }");
        }],
        [28, "a label stands in a box that is as high as its line", () => {
            style(`.price-label {
                display: block; height: 1.05em; overflow: hidden; line-height: 1.05;
            }`);
        }],
        [29, "a button that is on differs by its colour alone", () => {
            style(`.button[aria-pressed="true"] {
                border-width: var(--line); color: var(--color-accent); text-decoration: none;
            }`);
        }],
        [30, "buttons keep colours of their own where the person has set others", () => {
            style("@media (forced-colors: active) { .button { forced-color-adjust: none; } }");
        }],
        [31, "a heading stands on a picture", () => {
            style("main h1 { background: url(/icon.svg); }");
        }],
        [32, "a button's word has room for itself, and for no longer one", () => {
            style(`[data-action=back] span {
                flex: none; width: 3.9em; overflow: hidden; white-space: nowrap;
            }`);
        }],
        [33, "the key that leads down does not lead from the last thing to the first", () => {
            on_key("ArrowDown", () =>
                screen() === "gallery" && document.activeElement?.matches(".places :last-child"));
        }],
        [34, "buttons are 12 mm high", () => {
            style("[data-motor=off] .button { min-height: calc(12 * var(--mm)); }");
        }],
        [35, "where a hand trembles, buttons are 21 mm", () => {
            style(":root[data-motor=on][data-motor] { --target-mm: 21; }");
        }],
        [36, "a button acts as soon as the finger comes down", () => {
            let is_done = false;
            first("pointerdown", (event) => {
                is_done = mode("audio") !== "on" && Boolean(event.target.closest?.("[data-action=contrast]"));
                if (is_done) button("contrast").click();
            });
            on_click("[data-action=contrast]", (event) => event.detail > 0 && is_done);
        }],
        [37, "a heading can be dragged", () => {
            each("main h1:not([draggable])", (it) => { it.draggable = true; });
        }],
        [38, "a key that is held down acts again and again", () => {
            on_key("F3", (event) => { if (event.repeat) button("size")?.click(); });
        }],
        [39, "a key acts twice when a hand trembles", () => {
            let last_ms = -Infinity;
            on_key("F3", (event) => {
                if (event.repeat) return;
                const is_second = event.timeStamp - last_ms < (mode("motor") === "on" ? 500 : 200);
                last_ms = event.timeStamp;
                if (is_second) button("size")?.click();
            });
        }],
        [40, "the ring around what has the focus is thin", () => {
            style(":root :focus, :root :focus-visible { outline-width: 1px !important; }");
        }],
        [41, "the places at the bottom are seen from right to left", () => {
            style(".places { flex-direction: row-reverse; }");
        }],
        [42, "in low reach the header stays at the top", () => {
            style("[data-reach=low] .header { position: absolute; top: 0; right: 0; left: 0; }");
        }],
        [43, "with speech on, the first touch of a button acts", () => {
            on_click("[data-action=contrast]", (event) => {
                if (event.detail === 0 || mode("audio") !== "on") return false;
                button("contrast").click();
                return true;
            });
        }],
        [44, "an unknown key is passed over in silence", () => on_key("F20", () => true)],
        [45, "the warning before the end cannot be seen", () => {
            style("dialog[aria-labelledby=warning-heading] { opacity: 0; }");
        }],
        [46, "after four times nobody gets more time", () => {
            let count = 0;
            on_click("[data-action=continue]", () => ++count > 4);
            first("cancel", () => ++count > 4);
            on_key("F16", () => { count = 0; });
        }],
        [47, "with large letters, the warning comes as early as with small ones", () => {
            const now = Performance.prototype.now, repeat = window.setInterval;
            let is_ticking = false;
            window.setInterval = (then, ...rest) => repeat(() => {
                is_ticking = true;
                then();
                is_ticking = false;
            }, ...rest);
            Performance.prototype.now = function () {
                return now.call(this) + (is_ticking && /^large/.test(mode("size")) ? 60000 : 0);
            };
        }],
        [48, "a frame flashes five times a second", () => {
            style(`@keyframes flash { 50% { box-shadow: 0 0 0 4px #c00; } }
                [data-motion=full] .price { animation: flash 0.2s steps(1) infinite; }`);
        }],
        [49, "an icon moves, though somebody wants no motion", () => {
            style(`@keyframes sway { 50% { rotate: 10deg; } }
                [data-motion=plain] .header .icon { animation: sway 2s infinite; }`);
        }],
        [50, "what somebody scanned is kept after their visit", () => {
            each("[data-screen=price-check]", () => localStorage.setItem("last-scan", location.pathname));
            // For the next page of the same browser.
            addEventListener("pagehide", () => localStorage.removeItem("last-scan"));
        }],
        [51, "what is said cannot be read", () => style("[data-spoken] { opacity: 0; }")],
        [52, "the page wants to hear the person", () => {
            navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => {});
        }],
        [53, "an error does not say what to do", () => {
            style("p.instruction[data-error] { display: none; }");
        }],
        [54, "on one screen help stands elsewhere", () => {
            style("[data-screen=help] ~ .foot .places { padding-left: calc(var(--gap) + 30px); }");
        }],
        [55, "a field does not tell what it is for", () => {
            each("input[autocomplete]", (it) => it.removeAttribute("autocomplete"));
        }],
        [56, "a sentence has twenty words", () => {
            each("[data-screen=gallery] p.instruction:not([data-error], .long)", (it) => {
                it.classList.add("long");
                it.append(" Если сообщение не пришло, подождите одну минуту, не уходите далеко от экрана,"
                    + " а потом попросите нас прислать его ещё раз.");
            });
        }],
        [57, "a heading of the fifth level follows one of the first", () => {
            each("[data-screen=gallery] p.instruction:not([data-error], :has([role]))",
                (it) => wrap(it, { role: "heading", "aria-level": "5" }));
        }],
        [58, "a field is described by something that is not there", () => {
            each("input:not([aria-describedby])", (it) => it.setAttribute("aria-describedby", "gone"));
        }],
        [59, "something takes the focus that is neither a control nor a text", () => {
            each("[data-screen=gallery] p.instruction:not([data-error], :has([tabindex]))",
                (it) => wrap(it, { tabindex: "-1" }));
        }],
        // The sheet is no part of the page: its own check takes a line out.
        [60, "the installer's sheet lacks a thing that no program can see", () => {}],
    ];

    const asked = new URLSearchParams(location.search).get("fault");
    FAULTS.find(([number]) => String(number) === asked)?.[2]();
})();
