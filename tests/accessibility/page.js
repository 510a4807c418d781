// The part of the accessibility checks that looks at a page from inside it, run as the body of a function.
// `polka_checks.check_NN_…()` gives what is wrong by the check of that number in `docs/accessibility/checks.tsv`, a line for
// each finding; none is a pass. What a check changes for a moment it puts back before it returns.
"use strict";

const FIELDS = "input:not([type=hidden]), select, textarea";
const CONTROLS = `button, a[href], [role=button], ${FIELDS}`;
const FOCUSABLE = `${CONTROLS}, summary, [tabindex], [contenteditable=true]`;
const STOPS = "h1, h2, p, li, dl > div, tr, button, a[href], input:not([type=hidden]), select, [role=status]";
const PICTURES = "img, svg, canvas, video, object";
const STATES = ["aria-pressed", "aria-selected", "aria-checked", "aria-current", "aria-invalid"];
const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon, use";
const SIDES = ["Top", "Right", "Bottom", "Left"];
const SANS_SERIF =
    /^(golos text( rouble)?|dejavu sans|noto sans|arial|helvetica|roboto|(ui-)?sans-serif|system-ui)$/i;
const GENERIC_FONT = /^(serif|sans-serif|monospace|cursive|fantasy|math|system-ui|ui-.*)$/;
const TARGET_MM = 20, TARGET_HANDHELD_MM = 10, TARGET_MOTOR_MM = 25, TARGET_TOLERANCE_MM = 0.3;

// What is on the page.

const root = document.documentElement;
const look = (element, pseudo = null) => getComputedStyle(element, pseudo);
const mode = (name) => root.dataset[name] ?? "";
const one_line = (text) => text.replace(/\s+/g, " ").trim();
const open_dialog = () => [...document.querySelectorAll("dialog[open]")].at(-1);
const is_decorative = (element) => element.closest("[aria-hidden=true]") !== null;
const is_focusable = (it) => it.matches(FOCUSABLE) && !it.disabled && !it.closest("[inert]");
const all_of = (selector, places = roots()) =>
    places.flatMap((it) => [it, ...it.querySelectorAll(selector)]).filter((it) => it.matches(selector));
const seen = (selector, places) => all_of(selector, places).filter(is_seen);

/** Where to look: an open dialog makes the rest of the page inert, but for what is shown above it. */
function roots() {
    const dialog = open_dialog();
    const captions = document.querySelector("[data-spoken]");
    const is_above = captions?.closest(":popover-open") && !dialog?.contains(captions);
    return dialog ? [dialog, ...(is_above ? [captions] : [])] : [document.body];
}

/** The device; a value that is there and is no number is a mistake, not a default. */
function profile() {
    const number = (name, otherwise) => {
        const value = look(root).getPropertyValue(name).trim();
        if (value && Number.isNaN(parseFloat(value))) throw new Error(`${name} is no number: ${value}`);
        return value ? parseFloat(value) : otherwise;
    };
    const handheld = number("--handheld", 0) === 1;
    return {
        handheld,
        mm: number("--mm-per-css-px", 0.248),
        distance: number("--viewing-distance-mm", handheld ? 400 : 600),
        bottom: number("--screen-bottom-mm", 800),
        line: number("--reach-line-mm", 1100),
    };
}

function is_drawn(element) {
    while (look(element).display === "contents") element = element.parentElement;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    // Words that are there for screen readers alone are cut to nothing.
    for (let it = element; it && it !== document.body; it = it.parentElement)
        if (look(it).clip.startsWith("rect(0") || /^inset\((50|100)%/.test(look(it).clipPath)) return false;
    return true;
}

function is_seen(element) {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && is_drawn(element);
}

function describe(element, text = one_line(element.innerText ?? element.textContent)) {
    const { action } = element.dataset, [kind] = element.classList;
    const which = action ? `[data-action=${action}]` : element.id ? `#${element.id}` : kind ? `.${kind}` : "";
    const words = text.length > 40 ? `${text.slice(0, 39)}…` : text;
    return `${element.localName}${which}${words && ` "${words}"`}`;
}

/** Every text in sight: `{ element, text, node }`; what stands in a field has no node. */
function texts(places = roots()) {
    const found = [];
    for (const place of places) {
        const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, element = node.parentElement;
            if (!node.nodeValue.trim() || element.closest("script, style, title, desc, option, textarea"))
                continue;
            // A drawing that is decoration is a picture, its letters too; elsewhere hidden words still show.
            const is_picture = element.closest("svg") && is_decorative(element);
            if (!is_picture && is_drawn(element) && lines({ node, element }).length > 0)
                found.push({ node, element, text: one_line(node.nodeValue) });
        }
    }
    for (const element of seen(FIELDS, places)) {
        const text = one_line(element.selectedOptions?.[0]?.text
            ?? (element.value || element.placeholder || ""));
        if (text && !/^(checkbox|radio|range|color|file)$/.test(element.type)) found.push({ element, text });
    }
    return found;
}

/** The same with what style sheets write, and with how each looks. */
function styled_texts() {
    const found = texts().map((it) => {
        const pseudo = it.element.matches("input, textarea") && !it.element.value ? "::placeholder" : null;
        return { ...it, pseudo, style: look(it.element, pseudo) };
    });
    for (const element of seen(":not(svg, svg *)")) {
        const has_marker = look(element).display === "list-item" && look(element).listStyleType !== "none";
        for (const pseudo of ["::before", "::after", "::marker"]) {
            const style = look(element, pseudo);
            const written = style.content.match(/"[^"]*[\p{L}\p{N}][^"]*/u)?.[0];
            const text = pseudo === "::marker" ? has_marker && "marker" : written;
            if (text) found.push({ element, pseudo, style, text: text.replace('"', "") });
        }
    }
    return found;
}

const scale_of = (it) => (it instanceof SVGElement ? it.getScreenCTM()?.d : it.currentCSSZoom) ?? 1;

/** The box of what stands in a field: within its frame, and as wide as it is where that is more than there is room. */
function value_box(field) {
    const { left, top, height } = field.getBoundingClientRect(), style = look(field);
    const from = left + field.clientLeft + parseFloat(style.paddingLeft);
    const width = field.scrollWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return { left: from, right: from + width, width, top, bottom: top + height, height };
}

/** The boxes of a text's lines, as tall as its letters: the font's own are taller and may touch the next. */
function lines({ node, element }) {
    const range = node && document.createRange();
    range?.selectNodeContents(node);
    const letters = parseFloat(look(element).fontSize) * scale_of(element);
    return [...(range?.getClientRects() ?? [value_box(element)])].filter((it) => it.width > 0.5 && it.height > 0)
        .map((it) => {
        const cut = Math.max(0, it.height - letters) / 2;
        return { left: it.left, right: it.right, top: it.top + cut, bottom: it.bottom - cut };
    });
}

/** Texts as they are read: what stands in one block is one. What is spoken already is not read again. */
function passages(within) {
    const found = [];
    for (const { element, text, node } of texts(within ? [within] : undefined)) {
        const is_said = !within && element.closest("[data-spoken]");
        if (is_said || is_decorative(element) || element.type === "password") continue;
        let block = element.closest("svg text") ?? element;
        while (/^(inline|contents$)/.test(look(block).display)
            && !block.matches(`text, ${CONTROLS}, ${STOPS}`))
            block = block.parentElement;
        const raw = node?.nodeValue ?? text;
        if (found.at(-1)?.block === block) found.at(-1).text += raw;
        else found.push({ block, text: raw });
    }
    return found.map(({ block, text }) => ({ block, text: one_line(text) }));
}

/** An approximation of the accessible name. */
function name_of(element) {
    const by_labels = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/)
        .map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const images = () => [...element.querySelectorAll("img, svg")].filter((it) => !is_decorative(it))
        .map((it) => it.getAttribute("aria-label") ?? it.alt ?? "");
    const content = () => element.matches(FIELDS) ? [...(element.labels ?? [])].map((it) => it.textContent)
        : [...passages(element).map((it) => it.text), ...images()];
    const on_button = element.matches("input[type=button], input[type=submit]") ? element.value : "";
    const given = [by_labels, element.getAttribute("aria-label") ?? "", on_button].find((it) => it.trim());
    return one_line((given ?? content().join(" ")) || element.title || "");
}

function role_of(element) {
    const field = { checkbox: "checkbox", radio: "radio", button: "button", submit: "button",
        range: "slider" };
    const native = { a: "link", button: "button", h1: "heading", h2: "heading", h3: "heading",
        li: "listitem", tr: "row", p: "paragraph", select: "combobox", textarea: "textbox", summary: "button",
        input: field[element.type] ?? "textbox",
        dialog: "dialog", main: "main", div: element.matches("dl > div") ? "group" : "" };
    return element.getAttribute("role") ?? native[element.localName] ?? "";
}

function stop_elements() {
    const dialog = open_dialog();
    return seen(STOPS).filter((it) => (dialog ? dialog.contains(it) : it.closest("header, main, nav"))
        && !is_decorative(it) && !it.parentElement.closest(STOPS)
        && (it.matches(CONTROLS) || name_of(it) !== ""));
}

// Colours.

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known_colours = new Map();

function colour(text) {
    if (!known_colours.has(text)) {
        let [r, g, b, a = 1] = text.match(/[\d.]+/g)?.map(Number) ?? [];
        if (!/^rgba?\(/.test(text)) {
            // Other spaces are read by painting.
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = text;
            canvas.fillRect(0, 0, 1, 1);
            [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
            a /= 255;
        }
        known_colours.set(text, { r, g, b, a });
    }
    return known_colours.get(text);
}

function blend(over, under, alpha = over.a) {
    const mix = (channel) => over[channel] * alpha + under[channel] * (1 - alpha);
    return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
}

function luminance({ r, g, b }) {
    const linear = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(a, b) {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
}

// Rounded down: 6.996 is not 7.
const ratio = (value) => `${Math.floor(value * 100) / 100}:1`;
const styles_to = (element) => (element ? [...styles_to(element.parentElement), look(element)] : []);
const has_solid_ground = (it) => colour(look(it).backgroundColor).a === 1
    && look(it).backgroundImage === "none";

/** What an ink and the ground under it come out as: backgrounds from the page up, opacity by groups. */
function painted(styles, ink, under = { r: 255, g: 255, b: 255, a: 1 }, is_picture = false) {
    if (styles.length === 0) return { ground: under, ink: ink && blend(ink, under), is_picture };
    const [style, ...rest] = styles, own = colour(style.backgroundColor), opacity = Number(style.opacity);
    const has_picture = style.backgroundImage !== "none" || (is_picture && own.a < 1);
    const inner = painted(rest, ink, blend(own, under), has_picture);
    const fade = (it) => it && blend(it, under, opacity);
    return opacity === 1 ? inner : { ...inner, ground: fade(inner.ground), ink: fade(inner.ink) };
}

/** How each text is painted: `{ named, style, ink, ground, is_picture }`. */
function painted_texts() {
    return styled_texts().map(({ element, text, style, pseudo }) => {
        const ink = colour(element instanceof SVGElement ? style.fill : style.webkitTextFillColor);
        const named = `${describe(element, text)}${pseudo ?? ""}`;
        return { named, style, ...painted([...styles_to(element), ...(pseudo ? [style] : [])], ink) };
    });
}

function texts_under(least) {
    return painted_texts().flatMap(({ named, style, ink, ground, is_picture }) => {
        const value = contrast(ink, ground), needed = least(style);
        // On a picture the contrast cannot be told: check 31 tells of it.
        return is_picture || value >= needed ? [] : [`${named}: contrast ${ratio(value)}, needs ${needed}:1`];
    });
}

// Fonts.

/** How tall capitals and small letters are, in em: of Russian texts by Russian letters, which are loaded. */
function letter_heights(style, text) {
    canvas.font = `${style.fontStyle} ${style.fontWeight} 1000px ${style.fontFamily}`;
    const letters = /\p{Script=Cyrillic}/u.test(text) ? ["Н", "х"] : ["H", "x"];
    return letters.map((it) => canvas.measureText(it).actualBoundingBoxAscent / 1000);
}

/** A family that is missing leaves the widths of whatever stands behind it. */
function is_installed(family) {
    const width = (fonts) => {
        canvas.font = `100px ${fonts}`;
        return canvas.measureText("mmiiWWЖЩфй10").width;
    };
    return ["serif", "monospace"].some((other) => width(`"${family}", ${other}`) !== width(other));
}

/** What is wrong with a list of families, or nothing; a web font may lack letters, so what follows counts. */
function font_problem(list) {
    let has_any = false;
    for (const family of list.match(/"[^"]*"|[^,\s][^,]*/g).map((it) => it.replace(/"/g, "").trim())) {
        const faces = [...document.fonts].filter((it) => it.family.replace(/["']/g, "") === family);
        const is_web = faces.some((it) => it.status !== "error");
        const is_local = GENERIC_FONT.test(family) || (!is_web && is_installed(family));
        if ((is_web || is_local) && !SANS_SERIF.test(family)) return `in ${family}, not a known sans serif`;
        if (is_local) return null;
        has_any ||= is_web;
    }
    return has_any ? null : `in none of its fonts (${list})`;
}

// Places.

const scrolls = (it, axis) => /^(auto|scroll)$/.test(look(it)[`overflow${axis}`]);
const is_scroller = (it) => scrolls(it, "Y") && it.scrollHeight > it.clientHeight + 1;
const is_above_page = (it) => /^(sticky|fixed)$/.test(look(it).position);
const shared_width = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
const shared_height = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
const overlaps = (a, b) => shared_width(a, b) > 1.5 && shared_height(a, b) > 1.5;
const sticks_out = (a, b) => a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1
    || a.bottom > b.bottom + 1;
const is_on_screen = (box) => !sticks_out(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });

/** The nearest ancestor, or itself, below the body, for which this holds. */
function nearest(element, holds) {
    for (let it = element; it && it !== document.body; it = it.parentElement) if (holds(it)) return it;
    return null;
}

/** Something solid between the two, as a bar above a scrolled page, that parts an element from another. */
const is_parted = (element, other) =>
    nearest(element, (it) => it.contains(other) || has_solid_ground(it))?.contains(other) === false;

function with_scrolling_kept(action) {
    const places = [document.scrollingElement, ...document.querySelectorAll("body *")]
        .filter((it) => it.scrollHeight > it.clientHeight).map((it) => [it, it.scrollLeft, it.scrollTop]);
    try {
        return action();
    } finally {
        for (const [it, left, top] of places)
            if (it.scrollLeft !== left || it.scrollTop !== top)
                it.scrollTo({ left, top, behavior: "instant" });
    }
}

/** What lies over an element at a point, if anything that is painted does. */
function cover_at(element, x, y) {
    const is_painted = (it) => colour(look(it).backgroundColor).a > 0 || look(it).backgroundImage !== "none"
        || it instanceof SVGElement || it.matches(`${PICTURES}, ${FIELDS}`);
    const hit = document.elementFromPoint(x, y);
    if (!hit || hit.contains(element) || element.contains(hit)) return null;
    const cover = nearest(hit, (it) => it.contains(element) || is_painted(it));
    return cover?.contains(element) ? null : cover;
}

/** Why a line cannot be read where it is now, or nothing. */
function hidden_by(line, { element, region }, others, shields) {
    if (line.bottom - line.top <= innerHeight && !is_on_screen(line))
        return "no scrolling brings it into sight";
    const shield = shields.find((it) => !it.contains(element) && overlaps(it.getBoundingClientRect(), line));
    // A text that touches go through is not hit; then its place is all there is to see.
    const xs = look(element).pointerEvents === "none" ? []
        : [line.left + 1, (line.left + line.right) / 2, line.right - 1];
    const cover = shield ?? xs.map((x) => cover_at(element, x, (line.top + line.bottom) / 2))
        .find((it) => it);
    if (cover) return `covered by ${describe(cover, "")}`;
    const other = others.find((it) => it.region !== region && it.lines.some((its) => overlaps(its, line))
        && !is_parted(element, it.element) && !is_parted(it.element, element));
    return other ? `runs into ${describe(other.element, other.text)}` : null;
}

/** Tells of texts that no scrolling shows: looked for at the present place, then from top to bottom. */
function never_seen(found, tell) {
    // What touches go through covers all the same.
    const shields = seen("*").filter((it) =>
        is_above_page(it) && look(it).pointerEvents === "none" && colour(look(it).backgroundColor).a > 0);
    const waiting = new Map();
    for (const text of found.filter((it) => !it.is_told))
        text.lines.forEach((_, index) => waiting.set({ text, index }, ""));
    const look_again = () => {
        for (const text of found) text.lines = lines(text);
        for (const [key, before] of waiting) {
            const line = key.text.lines[key.index];
            const reason = line && hidden_by(line, key.text, found, shields);
            if (!reason) waiting.delete(key);
            else if (!before || !reason.startsWith("no scrolling")) waiting.set(key, reason);
        }
    };
    with_scrolling_kept(() => {
        look_again();
        const page = open_dialog() ? [] : [document.scrollingElement];
        for (const scroller of [...page, ...seen("*").filter(is_scroller)]) {
            const end = scroller.scrollHeight - scroller.clientHeight;
            // Small enough for a line to stand whole between a header and a bar at the bottom.
            const step = Math.max(40, Math.min(innerHeight, scroller.clientHeight) / 4);
            for (let top = 0; waiting.size > 0 && top < end + step; top += step) {
                scroller.scrollTo({ top: Math.min(top, end), behavior: "instant" });
                look_again();
            }
        }
    });
    for (const [{ text }, reason] of waiting)
        tell(text.about, `${describe(text.element, text.text)}: ${reason}`);
}

/** How a box is cut by what is around it, or nothing; what can be scrolled counts as whole where it may. */
function cut_by(box, element, can_scroll = true) {
    let has_scrolled = false;
    for (let it = element; it && it !== document.body; it = it.parentElement) {
        const style = look(it), around = it.getBoundingClientRect();
        const left = around.left + it.clientLeft, top = around.top + it.clientTop;
        // An inline box has no size of its own, and cuts nothing.
        const is_wide = it.clientWidth > 0 && (box.left < left - 1 || box.right > left + it.clientWidth + 1);
        const is_tall = it.clientHeight > 0 && (box.top < top - 1 || box.bottom > top + it.clientHeight + 1);
        if (is_wide && style.overflowX !== "visible")
            return `${scrolls(it, "X") ? "scrolls" : "cut"} sideways in ${describe(it, "")}`;
        has_scrolled ||= can_scroll && scrolls(it, "Y");
        if (is_tall && !has_scrolled && style.overflowY !== "visible") return `cut by ${describe(it, "")}`;
        if (can_scroll && it.matches(CONTROLS) && style.display !== "inline" && sticks_out(box, around))
            return `sticks out of ${describe(it, "")}`;
        if (style.position === "fixed") return null;
    }
    return null;
}

/**
 * Text that is cut, out of the screen, over other text, or covered for good: for each a line, and what it is
 * about: a text's node, a field or, for the page, a word.
 */
function layout_problems() {
    const problems = [], width = root.scrollWidth;
    const tell = (about, line) => problems.push({ about, line });
    if (width > innerWidth) tell("width", `the page scrolls sideways: ${width} of ${innerWidth} px`);
    const is_stuck = [root, document.body].some((it) => /hidden|clip/.test(look(it).overflowY));
    if (is_stuck && root.scrollHeight > innerHeight + 1)
        tell("height", "the page is cut at the bottom and cannot scroll");
    const found = texts();
    for (const text of found) text.about = text.node ?? text.element;
    for (const text of found) {
        text.region = nearest(text.element, (it) => is_above_page(it) || is_scroller(it));
        text.lines = lines(text);
        const beyond = text.lines.find((it) => it.left < -0.5 || it.right > innerWidth + 0.5);
        const problem = text.lines.map((it) => cut_by(it, text.element)).find((it) => it)
            ?? (beyond && `from ${beyond.left.toFixed()} to ${beyond.right.toFixed()} of ${innerWidth} px`);
        text.is_told = Boolean(problem);
        if (problem) tell(text.about, `${describe(text.element, text.text)}: ${problem}`);
    }
    found.forEach((a, index) => found.slice(index + 1).forEach((b) => {
        const is_apart = a.element === b.element || a.region !== b.region;
        if (!is_apart && a.lines.some((one) => b.lines.some((other) => overlaps(one, other))))
            tell(a.about, `${describe(a.element, a.text)}: overlaps ${describe(b.element, b.text)}`);
    }));
    never_seen(found, tell);
    return problems;
}

const layout_findings = () => [...new Set(layout_problems().map((it) => it.line))];

/** What a change to the page brings about, which `change` makes and gives back how to undo. */
function layout_findings_with(change) {
    const undo = change();
    let after;
    try {
        after = layout_problems();
    } finally {
        undo();
    }
    // What is wrong without it is told by check 27.
    const before = new Set(after.length > 0 ? layout_problems().map((it) => it.about) : []);
    return [...new Set(after.filter((it) => !before.has(it.about)).map((it) => it.line))];
}

function small_targets(needed_mm) {
    const { mm } = profile(), least = (needed_mm - TARGET_TOLERANCE_MM) / mm;
    return seen(CONTROLS).flatMap((control) => {
        // A label around a box is touched in its place.
        const { width, height } = (control.closest("label") ?? control).getBoundingClientRect();
        const size = `${Math.round(width)}×${Math.round(height)} px, needs ${Math.ceil(needed_mm / mm)}`;
        return width >= least && height >= least ? [] : [`${describe(control)}: ${size}`];
    });
}

function ring_problems(element) {
    // A ring that fades in is judged as it ends.
    for (const it of element.getAnimations()) if (it instanceof CSSTransition) it.finish();
    const problems = [], style = look(element), [box] = element.getClientRects();
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    const reach = Math.max(0, parseFloat(style.outlineOffset) + width);
    if (width < 2) problems.push(`focus ring ${width} px, needs 2`);
    else {
        const ring = colour(style.outlineColor);
        const { ground } = painted(styles_to(reach > 0 ? element.parentElement : element));
        const value = contrast(blend(ring, ground, ring.a * Number(style.opacity)), ground);
        if (value < 3) problems.push(`focus ring ${ratio(value)}, needs 3:1`);
        const ring_box = { left: box.left - reach, right: box.right + reach, top: box.top - reach,
            bottom: box.bottom + reach };
        const is_beyond = box.height + 2 * reach <= innerHeight && !is_on_screen(ring_box);
        const cut = cut_by(ring_box, element.parentElement, false)
            ?? (is_beyond ? "cut by the screen's edge" : null);
        if (cut) problems.push(`focus ring ${cut}`);
    }
    // The middle, and the corners inside their rounding.
    const inset = Math.min(3 + (parseFloat(style.borderTopLeftRadius) || 0) / 2, box.width / 3,
        box.height / 3);
    const corners = [box.left + inset, box.right - inset]
        .flatMap((x) => [[x, box.top + inset], [x, box.bottom - inset]]);
    const points = [[(box.left + box.right) / 2, (box.top + box.bottom) / 2], ...corners]
        .filter(([x, y]) => x >= 0 && x < innerWidth && y >= 0 && y < innerHeight);
    const cover = points.map(([x, y]) => cover_at(element, x, y)).find((it) => it);
    if (points.length === 0) problems.push("not in sight with the focus");
    if (cover) problems.push(`covered by ${describe(cover, "")}`);
    return problems;
}

// What differs besides colour.

function border_width(style, side) {
    const is_drawn = style[`border${side}Style`] !== "none" && colour(style[`border${side}Color`]).a > 0;
    return is_drawn ? parseFloat(style[`border${side}Width`]) : 0;
}

function shape_of(element) {
    const shape = (style) => [
        ...SIDES.map((side) => border_width(style, side)), style.borderTopStyle,
        style.textDecorationLine, style.fontWeight,
        style.fontStyle, style.fontSize, style.transform, style.display, style.visibility, style.content,
        style.outlineStyle === "none" ? 0 : style.outlineWidth,
        style.boxShadow.replace(/[a-z]+\([^)]*\)/g, ""),
    ].join();
    return [element, ...element.querySelectorAll("*")].map((it) => it.localName
        + [null, "::before", "::after"].map((pseudo) => shape(look(it, pseudo))).join("|")).join("\n");
}

/** Whether a state shows in grey: by a word, a shape that goes with the state, or one that its peers lack. */
function shows_without_colour(element, state) {
    if (/[✓✔☑●◉⚠]|\b(on|selected|chosen|current)\b|включ|вкл\.|выбран/iu.test(element.innerText)) return true;
    const message = element.getAttribute("aria-errormessage") ?? element.getAttribute("aria-describedby")
        ?? "";
    const says = (id) => one_line(document.getElementById(id)?.innerText ?? "");
    if (state === "aria-invalid" && message.split(/\s+/).some(says)) return true;
    const value = element.getAttribute(state), with_state = shape_of(element);
    element.setAttribute(state, "false");
    const without_state = shape_of(element);
    element.setAttribute(state, value);
    const peers_in = (it) => [...(it?.querySelectorAll(element.localName) ?? [])]
        .filter((peer) => peer !== element && is_seen(peer)
            && /^(false|)$/.test(peer.getAttribute(state) ?? ""));
    const near = peers_in(element.parentElement);
    const peers = near.length > 0 ? near : peers_in(element.parentElement.parentElement);
    return with_state !== without_state
        || (peers.length > 0 && peers.every((it) => shape_of(it) !== with_state));
}

// Motion.

const running = () => document.getAnimations().filter((it) => it.playState === "running" && it.effect);
const name_of_motion = (it) => it.animationName ?? it.transitionProperty ?? "animation";
const describe_motion = (it) => `${name_of_motion(it)} of ${describe(it.effect.target ?? root, "")}`;

globalThis.polka_checks = {
    /** In large mode letters are as tall as the viewing distance asks for [EN 301 549 5.1.4; 402.4]. */
    check_22_large_text() {
        if (!/^large(st)?$/.test(mode("size"))) return [];
        const { mm, distance } = profile();
        const needed = [Math.max((7.3 / 600) * distance, 4.8), (3.6 / 600) * distance];
        const written = (heights) => heights.map((it) => it.toFixed(1)).join(" and ");
        return styled_texts().flatMap(({ element, text, style }) => {
            const em = parseFloat(style.fontSize) * scale_of(element) * mm;
            const heights = letter_heights(style, text).map((it) => it * em);
            if (heights.every((it, index) => it >= needed[index] - 0.05)) return [];
            const sizes = `capitals and small letters ${written(heights)} mm, need ${written(needed)}`;
            return [`${describe(element, text)}: ${sizes}`];
        });
    },

    /** Letters are sans serif [402.4]. */
    check_23_sans_serif() {
        const known = new Map();
        return styled_texts().flatMap(({ element, text, style: { fontFamily: list } }) => {
            if (!known.has(list)) known.set(list, font_problem(list));
            return known.get(list) ? [`${describe(element, text)}: ${known.get(list)}`] : [];
        });
    },

    /** Text on its ground is 7:1; in the other contrasts large text may be 4.5:1 [WCAG 1.4.3, 1.4.6]. */
    check_24_contrast() {
        const is_normal = /^(normal)?$/.test(mode("contrast"));
        return texts_under((style) => {
            const size = parseFloat(style.fontSize);
            const is_large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            return is_large && !is_normal ? 4.5 : 7;
        });
    },

    /** In high contrast text on its ground is 10:1 [our own, above WCAG 1.4.6]. */
    check_25_high_contrast() {
        return /^(dark|light)$/.test(mode("contrast")) ? texts_under(() => 10) : [];
    },

    /** Controls and icons stand out at 3:1 from what they lie on [WCAG 1.4.11]. */
    check_26_non_text_contrast() {
        const findings = [];
        for (const control of seen(CONTROLS)) {
            const style = look(control);
            const is_native = /^(checkbox|radio)$/.test(control.type) && style.appearance !== "none";
            // A link in a line is told by its underline, a native box is drawn by the browser.
            if (style.display === "inline" || is_native) continue;
            const outside = painted(styles_to(control.parentElement)).ground;
            const border = (side) => painted(styles_to(control), colour(style[`border${side}Color`])).ink;
            const borders = SIDES.map((side) =>
                (border_width(style, side) > 0 ? contrast(border(side), outside) : 1));
            const best = Math.max(Math.min(...borders),
                contrast(painted(styles_to(control)).ground, outside));
            if (best < 3) findings.push(`${describe(control)}: border and ground ${ratio(best)}, needs 3:1`);
        }
        for (const icon of seen("svg")) {
            const has_words = [...icon.parentElement.childNodes]
                .some((it) => it.nodeType === 3 && it.nodeValue.trim());
            if (!icon.closest(CONTROLS) && !icon.matches(".icon") && !has_words) continue;
            const grounds = [painted(styles_to(icon)).ground];
            for (const shape of icon.querySelectorAll(SHAPES)) {
                const style = look(shape);
                const is_painted = (it) => /^(rgb|color|ok|l)/.test(style[it])
                    && (it === "fill" || parseFloat(style.strokeWidth) > 0);
                const paints = ["stroke", "fill"].filter(is_painted).map((it) => {
                    const paint = colour(style[it]);
                    return painted(styles_to(shape),
                        { ...paint, a: paint.a * Number(style[`${it}Opacity`]) }).ink;
                });
                // A shape may also stand out from one that is drawn before it.
                const best = Math.max(...paints
                    .flatMap((it) => grounds.map((ground) => contrast(it, ground))));
                const where = `icon in ${describe(icon.parentElement)}`;
                if (paints.length > 0 && best < 3)
                    findings.push(`${where}: ${shape.localName} ${ratio(best)}, needs 3:1`);
                grounds.push(...paints);
            }
        }
        return findings;
    },

    /** Nothing is cut, covered or beyond the edge at this size of screen and text [WCAG 1.4.4, 1.4.10]. */
    check_27_nothing_clipped: layout_findings,

    /** The same with the reader's own spacing of letters, words, lines and paragraphs [WCAG 1.4.12]. */
    check_28_text_spacing() {
        const before = [...document.adoptedStyleSheets], sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
            word-spacing: 0.16em !important; transition: none !important; }
            p { margin-bottom: 2em !important; }`);
        return layout_findings_with(() => {
            document.adoptedStyleSheets = [...before, sheet];
            return () => { document.adoptedStyleSheets = before; };
        });
    },

    /** No state, link or price is told by its colour alone [WCAG 1.4.1]. */
    check_29_not_by_colour_alone() {
        const findings = [];
        for (const state of STATES)
            for (const it of seen(`[${state}]:not([${state}=false], [${state}=""], [${state}=mixed])`))
                if (!shows_without_colour(it, state))
                    findings.push(`${describe(it)}: ${state} shows by colour alone`);
        for (const alert of seen("[role=alert]"))
            if (name_of(alert) === "") findings.push(`${describe(alert)}: an alert without a word`);
        for (const link of seen("a[href]")) {
            const style = look(link), around = link.parentElement;
            const is_in_text = style.display === "inline"
                && [...around.childNodes].some((it) => it.nodeType === 3 && it.nodeValue.trim());
            const is_told = style.textDecorationLine.includes("underline")
                || border_width(style, "Bottom") > 0
                || style.fontWeight !== look(around).fontWeight || link.querySelector("svg, img");
            if (is_in_text && !is_told) findings.push(`${describe(link)}: a link told by colour alone`);
        }
        for (const price of seen("[data-price], [data-card-price]")) {
            const holder = price.closest("p, li, dd, dl > div, button") ?? price.parentElement;
            const words = passages(holder).map((it) => it.text).join(" ")
                .replace(one_line(price.innerText), "");
            if (!/\p{L}{2}/u.test(words)) findings.push(`${describe(price)}: a price without a word`);
        }
        return findings;
    },

    /** Who sets colours in the system sees those; who asks for more contrast gets 10:1 [our own]. */
    check_30_system_colours() {
        // What somebody has chosen here is for the check of high contrast.
        if (mode("contrast") !== "normal") return [];
        if (matchMedia("(prefers-contrast: more)").matches) return texts_under(() => 10);
        if (!matchMedia("(forced-colors: active)").matches) return [];
        const own = texts().map((it) => it.element).concat(seen(CONTROLS))
            .filter((it) => nearest(it, (above) => look(above).forcedColorAdjust === "none"))
            .map((it) => `${describe(it)}: keeps its own colours`);
        // Grounds are all alike then: only its edge tells a control from a text.
        const edgeless = seen(CONTROLS)
            .filter((it) => look(it).display !== "inline"
                && !SIDES.some((side) => border_width(look(it), side) > 0))
            .map((it) => `${describe(it)}: no edge`);
        return [...new Set([...own, ...edgeless])];
    },

    /** No text lies on a picture or gradient, nor on an icon [our own]. */
    check_31_no_text_on_pictures() {
        const has_picture = (it) => look(it).backgroundImage !== "none";
        const pictures = seen(":not(svg *)").filter((it) => it.matches(PICTURES) || has_picture(it));
        const on_another = texts().flatMap((text) => pictures.filter((picture) => {
            const { element } = text;
            // A drawing may have letters of its own; something solid in between parts the two.
            if (picture.contains(element) || is_parted(element, picture)) return false;
            if (is_parted(picture.parentElement, element)) return false;
            return lines(text).some((line) => overlaps(line, picture.getBoundingClientRect()));
        }).map((picture) => `${describe(text.element, text.text)}: on ${describe(picture, "")}`));
        // The ground that a text stands on itself, and so the one that checks 24 and 25 pass over.
        const on_its_own = painted_texts().filter((it) => it.is_picture)
            .map(({ named }) => `${named}: on a picture or gradient`);
        return [...on_another, ...on_its_own];
    },

    /** Words that are 40 % longer still fit [our own, for other languages]. */
    check_32_longer_words() {
        const longer = (word) => {
            const letters = [...word];
            const more = Math.max(0, Math.min(Math.ceil(letters.length * 0.4), 30 - letters.length));
            // Spread over the word, so that it may break and hyphenate as before.
            const places = Array.from({ length: more },
                (_, it) => Math.floor(((it + 0.5) * letters.length) / more));
            return letters.map((letter, index) => letter.repeat(places.includes(index) ? 2 : 1)).join("");
        };
        const nodes = texts().filter((it) => it.node).map(({ node }) => [node, node.nodeValue]);
        return layout_findings_with(() => {
            for (const [node, text] of nodes) node.nodeValue = text.replace(/\p{L}+/gu, longer);
            return () => { for (const [node, text] of nodes) node.nodeValue = text; };
        });
    },

    /** What is touched is 20 mm, on a phone 10 mm [our own, above WCAG 2.5.5]. */
    check_34_targets() {
        return small_targets(profile().handheld ? TARGET_HANDHELD_MM : TARGET_MM);
    },

    /** In motor mode it is 25 mm [our own]. */
    check_35_motor_targets() {
        return mode("motor") === "on" ? small_targets(TARGET_MOTOR_MM) : [];
    },

    /** Nothing has to be dragged [EN 301 549 5.9; WCAG 2.5.1, 2.5.7]. */
    check_37_no_dragging() {
        const events = ["drag", "dragstart", "dragend", "dragenter", "dragleave", "dragover", "drop"];
        return all_of("*").flatMap((it) => {
            const event = events.find((name) => it.hasAttribute(`on${name}`)
                || typeof it[`on${name}`] === "function");
            if (it.getAttribute("draggable") === "true") return [`${describe(it)}: draggable`];
            if (it.matches("input[type=range]")) return [`${describe(it)}: a slider`];
            return event ? [`${describe(it)}: listens to ${event}`] : [];
        });
    },

    /** What has the focus has a ring of 2 px at 3:1, and nothing covers it [WCAG 2.4.11, 2.4.13]. */
    check_40_focus_ring() {
        const before = document.activeElement, was_visible = before?.matches(":focus-visible");
        // The app must not hear of it: it would speak each of them.
        const hush = (event) => event.stopImmediatePropagation();
        const events = ["focus", "focusin", "focusout", "blur"];
        for (const event of events) addEventListener(event, hush, true);
        // As when somebody goes by keys.
        const root = document.documentElement, had_keys = root.hasAttribute("data-keys");
        root.toggleAttribute("data-keys", true);
        try {
            return with_scrolling_kept(() => seen(FOCUSABLE).filter(is_focusable).flatMap((it) => {
                it.focus({ focusVisible: true, preventScroll: true });
                if (document.activeElement !== it) return [`${describe(it)}: cannot take the focus`];
                it.scrollIntoView({ block: "nearest", behavior: "instant" });
                return ring_problems(it).map((problem) => `${describe(it)}: ${problem}`);
            }));
        } finally {
            if (before && before !== document.body)
                before.focus({ focusVisible: was_visible, preventScroll: true });
            else document.activeElement?.blur();
            root.toggleAttribute("data-keys", had_keys);
            for (const event of events) removeEventListener(event, hush, true);
        }
    },

    /** The order of focus and of reading is what the eye follows [WCAG 1.3.2, 2.4.3]. */
    check_41_order() {
        const jumps = seen("[tabindex]").filter((it) => it.tabIndex > 0)
            .map((it) => `${describe(it)}: tabindex ${it.tabIndex}`);
        const stops = stop_elements().map((it) => {
            // A bar above the page comes before or after all of it, by where it stands.
            const bar = nearest(it, (above) => is_above_page(above)
                && !above.matches("dialog"))?.getBoundingClientRect();
            const rank = !bar ? 0 : bar.top + bar.bottom < innerHeight ? -1 : 1;
            // Of two halves side by side each is read whole; a half that is turned, as whoever stands opposite sees it.
            const half = it.closest(".half"), box = it.getBoundingClientRect();
            const { a } = new DOMMatrix(half ? look(half).transform : "none");
            if (a > 0) return { it, rank, half, box };
            const place = half.getBoundingClientRect();
            const across = place.left + place.right, down = place.top + place.bottom;
            const from_there = { left: across - box.right, right: across - box.left, top: down - box.bottom,
                bottom: down - box.top, width: box.width, height: box.height };
            return { it, rank, half, box: from_there };
        });
        const is_before = ({ rank, half, box }, other) => {
            if (rank !== other.rank) return rank < other.rank;
            if (half && other.half && half !== other.half)
                return is_before({ rank, box: half.getBoundingClientRect() },
                    { rank, box: other.half.getBoundingClientRect() });
            const is_one_row = shared_height(box, other.box) > Math.min(box.height, other.box.height) / 2;
            return is_one_row ? box.left < other.box.left - 1
                : box.top + box.bottom < other.box.top + other.box.bottom - 1;
        };
        return [...jumps, ...stops.flatMap((stop, index) => {
            const earlier = stops.slice(0, index).findLast((it) => is_before(stop, it));
            return earlier ? [`${describe(stop.it)}: seen before ${describe(earlier.it)}, comes after it`]
                : [];
        })];
    },

    /** In reach mode every control can be brought under the line [EN 301 549 8.3]. */
    check_42_reach() {
        if (mode("reach") !== "low") return [];
        const { mm, bottom, line } = profile();
        return seen(CONTROLS).flatMap((control) => {
            const box = control.getBoundingClientRect();
            // With everything around it scrolled back to its start it stands at its lowest.
            let top = box.top;
            const bar = nearest(control, (it) => {
                if (it !== control && scrolls(it, "Y")) top += it.scrollTop;
                return is_above_page(it);
            });
            if (!bar) top += scrollY;
            // What is then below the screen is scrolled up until it is just in sight.
            const height = Math.round(bottom + (innerHeight - Math.min(top, innerHeight - box.height)) * mm);
            return height <= line ? []
                : [`${describe(control)}: ${height} mm above the floor, the line is ${line}`];
        });
    },

    /** Nothing flashes more than three times a second [WCAG 2.3.1]. */
    check_48_no_flashes() {
        return running().flatMap((animation) => {
            const { duration, iterations, direction } = animation.effect.getComputedTiming();
            const frames = animation.effect.getKeyframes();
            const names = new Set(frames.flatMap((frame) => Object.keys(frame))
                .filter((it) => /opacity|color|visib|display|filter|backg|fill|stroke|shadow/i.test(it)));
            // Two changes, there and back, are a flash.
            const flashes = Math.max(0, ...[...names].map((name) => {
                const values = frames.map((frame) => frame[name]).filter((value) => value !== undefined);
                if (!direction.startsWith("alternate")) values.push(values[0]);
                return values.filter((value, index) => index > 0 && value !== values[index - 1]).length / 2;
            }));
            const per_second = (flashes * 1000 * Math.abs(animation.playbackRate)) / duration;
            const is_quick = flashes * iterations > 3 && per_second > 2.995;
            const how_often = `flashes ${per_second.toFixed(1)} times a second`;
            return is_quick ? [`${describe_motion(animation)}: ${how_often}`] : [];
        });
    },

    /** Who wants no motion sees none; what moves for more than 5 s can be stopped [WCAG 2.2.2, 2.3.3]. */
    check_49_motion() {
        const is_plain = mode("motion") === "plain" || matchMedia("(prefers-reduced-motion: reduce)").matches;
        const has_stop = [...document.querySelectorAll("[data-action=motion]")].some(is_seen);
        const moving = running().map((it) => [describe_motion(it), it.effect.getComputedTiming().endTime]);
        moving.push(...seen("marquee, video[autoplay]").map((it) => [describe(it), Infinity]));
        return moving.flatMap(([named, time]) => {
            const moves = `${named}: moves for ${time / 1000} s`;
            if (is_plain) return time > 1 ? [`${moves}, though motion is off`] : [];
            return time > 5000 && !has_stop ? [`${moves}, and nothing stops it`] : [];
        });
    },

    /** Sentences are at most 15 words, and a picture has its word beside it [our own, after WCAG 3.1.5]. */
    check_56_plain_words() {
        const findings = passages().flatMap(({ block, text }) => {
            const segmenter = new Intl.Segmenter(block.closest("[lang]")?.lang || "ru",
                { granularity: "sentence" });
            return [...segmenter.segment(text)].flatMap(({ segment }) => {
                const one_number = segment.replace(/(\d)\s(?=\d{3})/g, "$1");
                const words = one_number.match(/[\p{L}\p{N}]+(?:[-'’.,:/×][\p{L}\p{N}]+)*/gu) ?? [];
                const found = `${describe(block, segment)}: ${words.length} words, at most 15`;
                return words.length > 15 ? [found] : [];
            });
        });
        for (const picture of seen("svg, img")) {
            const holder = picture.closest(CONTROLS)
                ?? (picture.matches(".icon") ? picture.parentElement : null);
            if (holder && passages(holder).length === 0)
                findings.push(`${describe(holder)}: a picture without a word`);
        }
        return findings;
    },

    /** All that takes the focus has a name and a role [WCAG 4.1.2]. */
    check_59_names() {
        return seen(FOCUSABLE).filter(is_focusable).flatMap((it) => {
            if (name_of(it) === "") return [`${describe(it)}: no name`];
            return role_of(it) === "" ? [`${describe(it)}: no role`] : [];
        });
    },

    /** What the five keys go to, in their order. */
    stops() {
        return stop_elements()
            .map((it, index) => ({ index, role: role_of(it), name: name_of(it),
                focusable: is_focusable(it) }));
    },

    /** For check 3: what a blind visitor must be told, and the stop that tells it, or -1. */
    visible_texts() {
        const stops = stop_elements();
        return passages().map(({ block, text }) =>
            ({ text, stop: stops.findIndex((it) => it.contains(block)) }));
    },

    /** For check 51: the caption strip, and whether all of it can be read now. */
    captions() {
        const strip = document.querySelector("[data-spoken]"), dialog = open_dialog();
        if (!strip) return { text: "", is_visible: false };
        const box = strip.getBoundingClientRect();
        const is_under = dialog && !dialog.contains(strip) && !strip.closest(":popover-open")
            && overlaps(box, dialog.getBoundingClientRect());
        const is_cut = strip.scrollHeight > strip.clientHeight + 1 && look(strip).overflowY !== "visible";
        const is_visible = is_seen(strip) && is_on_screen(box) && !is_under && !is_cut;
        return { text: one_line(strip.innerText), is_visible };
    },

    /** For check 54: where help and the call stand, to be compared over the screens; `null` is nowhere. */
    help_places() {
        const place = (action) => {
            const box = [...document.querySelectorAll(`[data-action=${action}]`)]
                .find(is_seen)?.getBoundingClientRect();
            const sides = ["x", "y", "width", "height"];
            return box ? Object.fromEntries(sides.map((it) => [it, Math.round(box[it])])) : null;
        };
        return { help: place("help"), call: place("call") };
    },

    /** Runs the checks with these numbers. */
    all(numbers) {
        return Object.fromEntries(numbers.map((number) => {
            const name = Object.keys(this)
                .find((it) => it.startsWith(`check_${String(number).padStart(2, "0")}_`));
            if (!name) throw new Error(`no check ${number} in the page`);
            return [number, this[name]()];
        }));
    },
};
