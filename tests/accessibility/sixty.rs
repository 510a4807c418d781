//! The sixty checks, run: on every screen in each of its states, in both languages, in every mode; and as
//! journeys from the first screen. What each check looks at is in `page.js`, `walk.js`, `scenes.js`,
//! `blind_robot.rs`, `sheet.rs` and, where it takes the browser itself, below.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use polka_stage::{Browser, Server, Size, root};
use serde_json::{Value, json};

use super::report::{self, Place, Results};
use super::{NO_VOICES, SETTINGS, blind_robot, sheet};

/// By looking at a page.
const PAGE: [u8; 19] = [22, 23, 24, 25, 26, 27, 28, 29, 31, 32, 34, 35, 37, 40, 41, 42, 48, 49, 56];
/// By going through it with the keys while it speaks.
const WALK: [u8; 12] = [3, 4, 8, 9, 10, 11, 16, 20, 33, 51, 53, 55];
/// By journeys inside the page.
const SCENES: [u8; 20] = [1, 5, 6, 7, 12, 13, 14, 15, 17, 18, 21, 38, 39, 44, 45, 46, 47, 50, 52, 54];

/// Whether a check looks at one page, and goes no journey.
pub(crate) fn is_of_a_page(check: u8) -> bool {
    PAGE.contains(&check) || WALK.contains(&check) || [30, 57, 58, 59].contains(&check)
}

/// What other people's engines find of what a check of our own looks at counts there.
const OWNED: [(&str, u8); 5] = [
    ("color-contrast", 24),
    ("text_contrast_sufficient", 24),
    ("target-size", 34),
    ("target_spacing_sufficient", 34),
    ("element_tabbable_role_valid", 59),
];

/// The modes by which an address asks for them; the first of each is as drawn.
const MODES: [(&str, &[&str]); 6] = [
    ("size", &["normal", "large", "largest"]),
    ("contrast", &["normal", "dark", "light"]),
    ("audio", &["off", "on"]),
    ("reach", &["normal", "low"]),
    ("motor", &["off", "on"]),
    ("motion", &["full", "plain"]),
];

/// The hardest that a page is looked at in: everything that is larger, darker, lower and slower at once.
pub(crate) const HARDEST: &str = "size=large&contrast=dark&reach=low&motor=on&motion=plain";

/// What is done on a page before it is looked at.
const HELPERS: &str = "const shown = async (selector) => {
        if (!await polka_clock.until(() => document.querySelector(selector))) throw new Error(`no ${selector}`);
    };
    const press = (code) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { code, key: code, bubbles: true }));
    const wear = async (query) => {
        history.replaceState(history.state, '', `?${query}`);
        dispatchEvent(new Event('modes'));
        await polka_clock.rest();
        scrollTo(0, 0);
        for (const [name, value] of new URLSearchParams(query))
            if (name in document.documentElement.dataset && mode(name) !== value) throw new Error(`${name} is not ${value}`);
    };";

/// A set of modes: for each of [`MODES`] the number of its value.
type Choice = [usize; MODES.len()];

/// Something to look at.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// `price-check/found`
    pub(crate) name: String,
    path: String,
    /// What is done on it before it is looked at.
    before: &'static str,
}

/// How thoroughly a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// As it stands there, and gone through with the keys while it speaks.
    Own,
    /// Other people's engines too.
    Engines,
}

/// The servers and the browser that the checks run in.
pub(crate) struct Stage {
    /// Whose visits do not end while a page is looked at.
    patient: Server,
    /// As a store has it.
    usual: Server,
    /// Where a robot presses keys as fast as it likes.
    quick: Server,
    browser: Browser,
    scripts: String,
}

impl Stage {
    pub(crate) async fn open() -> Result<Self> {
        let serve = async |settings: &[&str]| -> Result<Server> {
            let server = Server::with_gallery(&[&SETTINGS[..], &NO_VOICES, settings].concat()).await?;
            server.import(&super::products()).await?;
            Ok(server)
        };
        let browser = Browser::open(Size::STAND).await?;
        let script = |name: &str| std::fs::read_to_string(root().join("tests/accessibility").join(name));
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script("clock.js")? })).await?;
        Ok(Self {
            patient: serve(&["--idle-timeout-s", "600", "--idle-warning-s", "600"]).await?,
            usual: serve(&[]).await?,
            quick: serve(&["--double-strike-ms", "0"]).await?,
            browser,
            scripts: [HELPERS, &script("page.js")?, &script("walk.js")?, &script("scenes.js")?].join("\n"),
        })
    }

    /// Every screen in each of its states: what the gallery shows, what is fetched later, and the two dialogs.
    pub(crate) async fn pages(&self) -> Result<Vec<Page>> {
        self.goto(&self.patient, "/gallery", "").await?;
        let names = "return [...document.querySelectorAll('main a')].map((it) => it.textContent)";
        let names: Vec<String> = serde_json::from_value(self.browser.script(names).await?)?;
        let page = |name: &str, path: &str, before| Page { name: name.into(), path: path.into(), before };
        // Whoever changes a screen need not wait for all others: POLKA_SCREENS=find-way.
        let wanted = std::env::var("POLKA_SCREENS").unwrap_or_default();
        let names: Vec<String> = names.into_iter().filter(|name| name.contains(&wanted)).collect();
        let mut pages: Vec<Page> = names.iter().map(|name| page(name, &format!("/gallery/{name}"), "")).collect();
        pages.push(page(
            "installer",
            "/installer",
            "await shown('.ruler');
            await polka_clock.pass(2500);
            await polka_clock.until(() => document.querySelector('main').textContent.includes('Demo'));
            scrollTo(0, 0);",
        ));
        pages.push(page("not-found", "/nowhere", ""));
        pages.push(page("session/staff", "/help", "press('F12'); await shown('dialog[open]');"));
        let warning = "press('ShiftLeft');
            await (async () => { while (!document.querySelector('dialog[open]')) await polka_clock.pass(10000); })();";
        pages.push(page("session/warning", "/help", warning));
        Ok(pages)
    }

    /// The page with one of everything.
    pub(crate) fn everything() -> Page {
        Page { name: "gallery/everything".into(), path: "/gallery/gallery/everything".into(), before: "" }
    }

    async fn goto(&self, server: &Server, path: &str, query: &str) -> Result<()> {
        self.browser.goto(&server.url(&format!("{path}?{query}"))).await?;
        self.browser.wait_until_settled().await?;
        // A browser keeps 50 entries; here a whole store's day goes by in one. Not sooner: a browser that is still
        // busy with the change of pages takes the command for one to the page before.
        self.browser.cdp("Page.resetNavigationHistory", json!({})).await?;
        let loaded = self.browser.cdp("Runtime.evaluate", json!({ "expression": self.scripts })).await?;
        match loaded.get("exceptionDetails") {
            Some(error) => anyhow::bail!("the checks do not load: {error}"),
            None => Ok(()),
        }
    }

    /// Runs the body of an async function in the page, with the checks in its scope.
    async fn run(&self, body: &str) -> Result<Value> {
        let script =
            format!("(async () => {{ {body} }})().then(done, (error) => done({{ error: String(error.stack) }}))");
        let answer = self.browser.script_later(&script).await.with_context(|| body.to_owned())?;
        match answer.get("error") {
            Some(error) => anyhow::bail!("{error}"),
            None => Ok(answer),
        }
    }

    /// Looks at one page in one language on each of these screens, in each of its sets of modes: it stands there while
    /// they change.
    async fn look_in_turn(
        &self,
        page: &Page,
        language: &'static str,
        screens: &[(Size, Vec<String>)],
        results: &mut Results,
    ) -> Result<()> {
        self.goto(&self.patient, &page.path, &format!("lang={language}")).await?;
        self.run(page.before).await.with_context(|| format!("{page:?} in {language}"))?;
        for (size, sets) in screens {
            self.browser.resize(*size).await?;
            // In one go: nothing is drawn in between, which takes longer than to look.
            let look = format!(
                "const found = [];
                 for (const modes of {sets:?}) {{
                     await wear(`lang={language}&${{modes}}`);
                     found.push(polka_checks.all({PAGE:?}));
                 }}
                 return found"
            );
            let found = self.run(&look).await.with_context(|| format!("{page:?} in {language} on {size:?}"))?;
            let found: Vec<Value> = serde_json::from_value(found)?;
            for (modes, found) in sets.iter().zip(found) {
                let place = Place::new(&format!("{} on {}×{}", page.name, size.width, size.height), language, modes);
                self.add(results, &place, found)?;
            }
        }
        Ok(())
    }

    /// Loads one page in one language and set of modes and goes through it; `query` is what else its address asks for.
    pub(crate) async fn look(
        &self,
        page: &Page,
        language: &'static str,
        modes: &str,
        query: &str,
        depth: Depth,
        results: &mut Results,
    ) -> Result<()> {
        let place = Place::new(&page.name, language, modes);
        self.goto(&self.patient, &page.path, &format!("lang={language}&{modes}&{query}")).await?;
        self.run(page.before).await.with_context(|| format!("{place:?}"))?;
        let found = self.run(&format!("return polka_checks.all({PAGE:?})")).await?;
        self.add(results, &place, found)?;
        results.add(30, &place, self.system_colours().await?);
        results.add(59, &place, self.tree().await?);
        if depth == Depth::Engines {
            self.run("polka_clock.release()").await?;
            let engines = [
                (57, self.browser.accessibility_violations().await?),
                (58, self.browser.equal_access_violations().await?),
            ];
            for (check, findings) in engines {
                results.add(check, &place, Vec::new());
                for finding in findings {
                    let owner = OWNED.iter().find(|(rule, _)| finding.starts_with(rule));
                    results.add(owner.map_or(check, |it| it.1), &place, vec![finding]);
                }
            }
            self.run("polka_clock.hold()").await?;
        }
        let found = self.run(&format!("return await polka_walk.all({WALK:?})")).await?;
        self.add(results, &place, found)
    }

    fn add(&self, results: &mut Results, place: &Place, found: Value) -> Result<()> {
        let found: BTreeMap<u8, Vec<String>> = serde_json::from_value(found)?;
        for (check, findings) in found {
            results.add(check, place, findings);
        }
        Ok(())
    }

    /// Check 30: who has set colours or more contrast in the system gets them.
    async fn system_colours(&self) -> Result<Vec<String>> {
        let mut findings = Vec::new();
        for (name, value) in [("forced-colors", "active"), ("prefers-contrast", "more")] {
            self.emulate(json!([{ "name": name, "value": value }])).await?;
            let found = self.run("return polka_checks.all([30])").await?;
            findings.extend(serde_json::from_value::<Vec<String>>(found["30"].clone())?);
        }
        self.emulate(json!([])).await?;
        Ok(findings)
    }

    async fn emulate(&self, features: Value) -> Result<()> {
        self.browser.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await.map(drop)
    }

    /// Check 59: the accessibility tree names all that takes the focus, with its role, and the modes' state.
    async fn tree(&self) -> Result<Vec<String>> {
        self.browser.cdp("Accessibility.enable", json!({})).await?;
        let tree = self.browser.cdp("Accessibility.getFullAXTree", json!({})).await?;
        let nodes = tree["nodes"].as_array().context("the tree has nodes")?;
        let property = |node: &Value, name: &str| {
            let all = node["properties"].as_array().into_iter().flatten();
            all.filter(|it| it["name"] == name).map(|it| it["value"]["value"].clone()).next()
        };
        let mut findings = Vec::new();
        let mut with_state = 0;
        for node in nodes.iter().filter(|node| node["ignored"] != true) {
            with_state += usize::from(property(node, "pressed").is_some());
            let (role, name) = (&node["role"]["value"], node["name"]["value"].as_str().unwrap_or_default());
            if property(node, "focusable") != Some(json!(true)) || role == "RootWebArea" {
                continue;
            }
            if ["generic", "none", ""].iter().any(|it| role == it) {
                findings.push(format!("{name:?} takes the focus and has no role"));
            } else if name.is_empty() && !["paragraph", "dialog", "alertdialog"].iter().any(|it| role == it) {
                findings.push(format!("a {role} without a name"));
            }
        }
        let buttons = MODES.map(|(name, _)| format!("button[data-action={name}]")).join(", ");
        let modes = self.run(&format!("return seen('{buttons}').length")).await?;
        let modes = modes.as_u64().unwrap_or_default() as usize;
        if with_state < modes {
            findings.push(format!("of {modes} buttons of modes {with_state} have a state"));
        }
        Ok(findings)
    }

    /// Goes the journeys from the first screen, those that these checks need.
    pub(crate) async fn journeys(
        &self,
        language: &'static str,
        modes: &str,
        query: &str,
        checks: &[u8],
        results: &mut Results,
    ) -> Result<()> {
        let place = Place::new("journeys", language, modes);
        let query = format!("lang={language}&{modes}&{query}");
        let scenes: Vec<u8> = SCENES.into_iter().filter(|check| checks.contains(check)).collect();
        if !scenes.is_empty() {
            self.goto(&self.usual, "/", &query).await?;
            let found = self.run(&format!("return await polka_scenes.all({scenes:?})")).await?;
            self.add(results, &place, found)?;
        }
        if [19, 36, 43].iter().any(|check| checks.contains(check)) {
            self.goto(&self.usual, "/", &query).await?;
            results.add(36, &place, self.pointer(false).await?);
            results.add(43, &place, self.pointer(true).await?);
            results.add(19, &place, self.curtain().await?);
        }
        if checks.contains(&60) {
            let text = std::fs::read_to_string(root().join("docs/installer/SHEET.md"))?;
            // The sheet is no part of the page: its planted fault is a heading that is not there.
            let text = if query.contains("fault=60") { text.replace("### 16", "") } else { text };
            results.add(60, &place, sheet::check_60(&text));
        }
        if !checks.contains(&2) {
            return Ok(());
        }
        self.goto(&self.quick, "/", &query).await?;
        // In motor mode a hand has half a second.
        let rest = Duration::from_millis(if modes.contains("motor=on") { 510 } else { 0 });
        let said = blind_robot::journeys(&self.browser, language, rest).await;
        results.add(2, &place, said.err().map(|error| format!("{error:#}")).into_iter().collect());
        Ok(())
    }

    async fn audio(&self, is_on: bool) -> Result<()> {
        let wanted = if is_on { "on" } else { "off" };
        let body = format!(
            "if (mode('audio') !== '{wanted}') press('F2');
             await polka_clock.until(() => mode('audio') === '{wanted}'); await polka_clock.rest();"
        );
        self.run(&body).await.map(drop)
    }

    /// Checks 36 and 43: a button acts when the finger leaves it, and with speech at the second touch.
    async fn pointer(&self, with_speech: bool) -> Result<Vec<String>> {
        self.audio(with_speech).await?;
        let place = "const box = document.querySelector('[data-action=contrast]').getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]";
        let [x, y]: [f64; 2] = serde_json::from_value(self.browser.script(place).await?)?;
        let contrast = async || self.browser.script("return document.documentElement.dataset.contrast").await;
        let mouse = async |kind: &str, x: f64, y: f64| {
            let buttons = u8::from(kind != "mouseReleased");
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
            self.browser.cdp("Input.dispatchMouseEvent", event).await?;
            self.run("await polka_clock.rest()").await
        };
        let mut findings = Vec::new();
        let before = contrast().await?;
        mouse("mousePressed", x, y).await?;
        if contrast().await? != before {
            findings.push("it acts when the finger comes down".into());
        }
        if with_speech {
            mouse("mouseReleased", x, y).await?;
            if contrast().await? != before {
                findings.push("the first touch acts, though it only explores".into());
            }
            tokio::time::sleep(Duration::from_millis(510)).await;
        } else {
            mouse("mouseMoved", x, y - 900.0).await?;
            mouse("mouseReleased", x, y - 900.0).await?;
            if contrast().await? != before {
                findings.push("it acts though the finger slid off".into());
            }
        }
        let before = contrast().await?;
        mouse("mousePressed", x, y).await?;
        mouse("mouseReleased", x, y).await?;
        if contrast().await? == before {
            findings.push("it does not act when the finger leaves it".into());
        }
        Ok(findings)
    }

    /// Check 19: the screen is dark, all of it, and what is under it is still said.
    async fn curtain(&self) -> Result<Vec<String>> {
        self.audio(true).await?;
        self.run("press('F11'); await polka_clock.rest()").await?;
        let picture = async || -> Result<Value> {
            // What is drawn is drawn after the next frame.
            self.run("for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame)").await?;
            Ok(self.browser.cdp("Page.captureScreenshot", json!({})).await?["data"].clone())
        };
        let drawn = picture().await?;
        self.browser.heard().await?;
        self.run("press('ArrowDown'); await polka_clock.rest()").await?;
        let is_silent = self.browser.heard().await?.iter().all(|it| it.event != "start");
        let cover = "const cover = document.createElement('div');
            cover.popover = 'manual';
            cover.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;margin:0;padding:0;border:0;background:#000';
            document.body.append(cover);
            cover.showPopover();";
        self.run(cover).await?;
        let is_dark = picture().await? == drawn;
        let findings = [
            (!is_dark, "the screen is not all dark under the curtain"),
            (is_silent, "nothing is said under the curtain"),
        ];
        Ok(findings.into_iter().filter(|it| it.0).map(|it| it.1.to_owned()).collect())
    }
}

/// `none`, or `size=large&contrast=dark`.
fn modes_of(choice: Choice) -> String {
    let named = MODES.iter().zip(choice).filter(|(_, value)| *value > 0);
    let parts: Vec<String> = named.map(|((name, values), value)| format!("{name}={}", values[value])).collect();
    if parts.is_empty() { "none".into() } else { parts.join("&") }
}

/// All there are.
fn product() -> Vec<Choice> {
    let mut all = vec![Choice::default()];
    for (place, (_, values)) in MODES.iter().enumerate() {
        let with = |choice: &Choice| {
            let mut choices = vec![*choice; values.len()];
            for (value, choice) in choices.iter_mut().enumerate() {
                choice[place] = value;
            }
            choices
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

/// The pairs of values that a choice brings together.
fn pairs(choice: &Choice) -> Vec<(usize, usize, usize, usize)> {
    let places = 0..choice.len();
    places.clone().flat_map(|a| (a + 1..choice.len()).map(move |b| (a, choice[a], b, choice[b]))).collect()
}

/// As drawn, each mode alone, and as few others as bring each two values together once.
pub(crate) fn chosen_modes() -> Vec<String> {
    let all = product();
    let mut chosen: Vec<Choice> =
        all.iter().filter(|choice| choice.iter().filter(|value| **value > 0).count() <= 1).copied().collect();
    let mut met: std::collections::BTreeSet<_> = chosen.iter().flat_map(pairs).collect();
    while let Some(next) = all.iter().max_by_key(|choice| pairs(choice).iter().filter(|it| !met.contains(it)).count())
        && pairs(next).iter().any(|it| !met.contains(it))
    {
        met.extend(pairs(next));
        chosen.push(*next);
    }
    let mut chosen: Vec<String> = chosen.into_iter().map(modes_of).collect();
    if !chosen.iter().any(|it| it == HARDEST) {
        chosen.push(HARDEST.to_owned());
    }
    chosen
}

/// All combinations.
pub(crate) fn all_modes() -> Vec<String> {
    product().into_iter().map(modes_of).collect()
}

#[test]
fn the_chosen_modes_bring_each_two_together() {
    let chosen = chosen_modes();
    assert_eq!(all_modes().len(), 144);
    assert!(chosen.len() < 25, "{chosen:?}");
    assert!(chosen.iter().any(|it| it == "none") && chosen.iter().any(|it| it == "motor=on"), "{chosen:?}");
    for (a, first) in MODES.iter().enumerate() {
        for (_, second) in MODES.iter().enumerate().filter(|(b, _)| *b > a) {
            for one in &first.1[1..] {
                for two in &second.1[1..] {
                    let both = [format!("{}={one}", first.0), format!("{}={two}", second.0)];
                    let is_there = |modes: &String| both.iter().all(|it| modes.split('&').any(|mode| mode == it));
                    assert!(chosen.iter().any(is_there), "{both:?}");
                }
            }
        }
    }
}

/// What a run looks at.
struct Extent<'a> {
    language: &'static str,
    modes: &'a [String],
    /// In the first of the modes every so manieth page is looked at, from this one on; in the next from the next on.
    first: usize,
    step: usize,
    depth: Depth,
}

/// Looks at every screen, and goes the journeys as drawn and in the hardest modes.
async fn all_in(extents: &[Extent<'_>]) -> Result<Results> {
    let (stage, mut results) = (Stage::open().await?, Results::default());
    let (pages, all_checks) = (stage.pages().await?, Vec::from_iter(1..=60));
    for Extent { language, modes, first, step, depth } in extents {
        for (at, modes) in modes.iter().enumerate() {
            for page in pages.iter().skip(first + at).step_by(*step) {
                stage.look(page, language, modes, "", *depth, &mut results).await?;
            }
            if modes == "none" || modes == HARDEST {
                stage.journeys(language, modes, "", &all_checks, &mut results).await?;
            }
        }
    }
    Ok(results)
}

fn nothing_is_wrong(results: &Results) {
    let wrong: Vec<_> = results
        .runs
        .iter()
        .flat_map(|(check, places)| places.iter().map(move |(place, findings)| (check, place, findings)))
        .filter(|(.., findings)| !findings.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const LANGUAGES: [&str; 2] = ["ru", "en"];

/// As drawn; and in the hardest modes and in one alone, another for each screen, in one language or the other. The report
/// has all of it.
async fn every_screen_passes_in(language: usize) -> Result<()> {
    let (none, hardest) = (["none".to_owned()], [HARDEST.to_owned()]);
    let alone: Vec<String> = chosen_modes().into_iter().filter(|it| it != "none" && !it.contains('&')).collect();
    let of = |modes, first, step, depth| Extent { language: LANGUAGES[language], modes, first, step, depth };
    let extents = [
        of(&none, 0, 1, Depth::Engines),
        of(&hardest, language, LANGUAGES.len(), Depth::Engines),
        of(&alone, language * alone.len(), LANGUAGES.len() * alone.len(), Depth::Own),
    ];
    let results = all_in(&extents).await?;
    nothing_is_wrong(&results);
    let not_made: Vec<u8> = (1..=60).filter(|check| !results.passed(*check)).collect();
    assert!(not_made.is_empty(), "checks {not_made:?} were not made");
    Ok(())
}

#[tokio::test]
async fn every_screen_passes_in_russian() -> Result<()> {
    every_screen_passes_in(0).await
}

#[tokio::test]
async fn every_screen_passes_in_english() -> Result<()> {
    every_screen_passes_in(1).await
}

/// As every screen stands on each device: as drawn and the hardest, and in modes of which the other language has the
/// rest, together as few as bring each two together. The report has all of it.
async fn every_screen_stands_well_in(language: usize) -> Result<()> {
    let pairs = chosen_modes().into_iter().filter(|modes| modes.contains('&') && modes != HARDEST);
    let pairs: Vec<String> = pairs.skip(language).step_by(LANGUAGES.len()).collect();
    let ends = ["none".to_owned(), HARDEST.to_owned()];
    let screens = [Size::STAND, Size::TABLET, Size::NARROWEST].map(|size| (size, [&ends[..], &pairs].concat()));
    let others = [Size::TILL, Size::PHONE].map(|size| (size, ends.to_vec()));
    let (stage, mut results) = (Stage::open().await?, Results::default());
    for page in stage.pages().await? {
        stage.look_in_turn(&page, LANGUAGES[language], &[&screens[..], &others].concat(), &mut results).await?;
    }
    nothing_is_wrong(&results);
    Ok(())
}

#[tokio::test]
async fn every_screen_stands_well_on_each_device_in_russian() -> Result<()> {
    every_screen_stands_well_in(0).await
}

#[tokio::test]
async fn every_screen_stands_well_on_each_device_in_english() -> Result<()> {
    every_screen_stands_well_in(1).await
}

/// All of it, in both languages at once, for the report: `make accessibility`; with `POLKA_MODES=all` in every
/// combination of modes.
#[tokio::test]
#[ignore = "takes long; `make accessibility` runs it"]
async fn the_report_is_built_anew() -> Result<()> {
    let is_full = std::env::var_os("POLKA_MODES").is_some_and(|value| value == "all");
    let modes = if is_full { all_modes() } else { chosen_modes() };
    let in_language =
        async |language| all_in(&[Extent { language, modes: &modes, first: 0, step: 1, depth: Depth::Engines }]).await;
    let (mut results, english) = tokio::try_join!(in_language("ru"), in_language("en"))?;
    results.merge(english);
    report::write(&root().join("docs/accessibility"), &results)?;
    nothing_is_wrong(&results);
    Ok(())
}
