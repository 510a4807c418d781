use gloo_net::http::Method;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{DeviceKind, DeviceProfile, Input, InstallerRequest, Jack, MEASURES, paths};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::accessibility::{explanation, use_accessibility, use_actions};
use crate::api::{MESSAGE_LIMIT, use_server};
use crate::i18n::{self, Locale, use_locale};
use crate::offline::{Enrolment, use_device};
use crate::printer::{self, BAUDS, Paper, Setting, Status, Wire};
use crate::scanner::wired;
use crate::settings::use_settings;
use crate::speech::queue::Class;
use crate::speech::{VoiceKind, use_speech};
use crate::ui::digits::digit_keys;
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::focus_heading;
use crate::words::installer as words;

/// As many digits as a code has at most.
const LONGEST_CODE: usize = 12;

type Word = fn(Locale) -> &'static str;

const MEASURE_NAMES: [Word; MEASURES.len()] =
    [words::measure_px, words::measure_distance, words::measure_bottom, words::measure_height];
const INPUTS: [(Input, Word); 3] =
    [(Input::Touch, words::input_touch), (Input::Keypad, words::input_keypad), (Input::Both, words::input_both)];
const JACKS: [(Jack, Word); 3] =
    [(Jack::Keypad, words::jack_keypad), (Jack::Agent, words::jack_agent), (Jack::None, words::jack_none)];
const PRINTERS: [(bool, Word); 2] = [(true, words::printer_yes), (false, words::printer_no)];

/// The screen; no shopper comes here, so it is fetched when somebody does.
#[component]
pub(crate) fn InstallerScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

/// Fetches the screen.
#[wasm_split(installer, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(installer_view)
}

/// The page, after the installer's PIN where the store has set one.
fn installer_view() -> AnyView {
    let is_open = RwSignal::new(!use_settings().with_value(|settings| settings.has_installer_pin));
    (move || if is_open.get() { set_up_view() } else { pin_view(is_open) }).into_any()
}

/// Each touch is kept at once: there is nothing to forget to press.
fn set_up_view() -> AnyView {
    let (accessibility, actions, speech, locale) = (use_accessibility(), use_actions(), use_speech(), use_locale());
    let profile = Memo::new(move |_| accessibility.profile().unwrap_or_default());
    let change = move |change: &dyn Fn(DeviceProfile) -> DeviceProfile| {
        accessibility.measure(change(profile.get_untracked()));
    };
    let word = move |word: Word| move || word(locale.get());

    let measure = move |at: usize| {
        let value = move || i18n::thousandths(locale.get(), profile.get().measure(at));
        let step = move |is_up: bool| move |_| change(&|profile| profile.stepped(at, is_up));
        let what = move || MEASURE_NAMES[at](locale.get());
        view! {
            <div class="measure">
                <p>{what}" "<strong>{value}</strong></p>
                <button class="button" type="button" data-action=format!("less-{at}") on:click=step(false)>
                    {move || words::button_less(locale.get(), what())}
                </button>
                <button class="button" type="button" data-action=format!("more-{at}") on:click=step(true)>
                    {move || words::button_more(locale.get(), what())}
                </button>
            </div>
        }
    };
    let choice = move |name: Word, is_chosen: Signal<bool>, choose: Callback<()>| {
        view! {
            <button
                class="button"
                type="button"
                aria-pressed=move || is_chosen.get().to_string()
                on:click=move |_| choose.run(())
            >
                {word(name)}
            </button>
        }
    };
    let voice = move |kind: VoiceKind| {
        let word = match kind {
            VoiceKind::Browser => words::voice_browser,
            VoiceKind::EspeakNg => words::voice_espeak,
            VoiceKind::None => words::voice_none,
        };
        word(locale.get())
    };

    let question = NodeRef::<html::P>::new();
    let question_text = move || match actions.asked_function() {
        Some(function) => words::learn_key(locale.get(), explanation(function)(locale.get())),
        None => words::instruction_keys(locale.get()).to_owned(),
    };
    // Whoever presses the keys hears which one is next.
    Effect::new(move || {
        if actions.asked_function().is_some() {
            request_animation_frame(move || {
                if let Some(question) = question.get_untracked() {
                    speech.go_to(&question);
                }
            });
        }
    });

    let printer = RwSignal::new(printer::kept());
    let forget = move |_| {
        accessibility.forget();
        printer::keep(None);
        printer.set(None);
    };

    view! {
        <h1 tabindex="-1">{word(words::heading)}</h1>
        <p class="instruction">{word(words::instruction)}</p>
        <div class="ruler" aria-hidden="true">{word(words::ruler)}</div>
        {measure(0)}
        {device_view()}
        <h2>{word(words::heading_sizes)}</h2>
        {(1..MEASURES.len()).map(measure).collect_view()}
        <h2>{word(words::heading_input)}</h2>
        <div class="choices">
            {INPUTS.map(|(input, name)| choice(
                name,
                Signal::derive(move || profile.get().input == input),
                Callback::new(move |()| change(&|profile| DeviceProfile { input, ..profile })),
            )).collect_view()}
        </div>
        <h2>{word(words::heading_jack)}</h2>
        <div class="choices">
            {JACKS.map(|(jack, name)| choice(
                name,
                Signal::derive(move || profile.get().jack == jack),
                Callback::new(move |()| change(&|profile| DeviceProfile { jack, ..profile })),
            )).collect_view()}
        </div>
        <h2>{word(words::heading_printer)}</h2>
        <div class="choices">
            {PRINTERS.map(|(has_printer, name)| choice(
                name,
                Signal::derive(move || profile.get().has_printer == has_printer),
                Callback::new(move |()| change(&|profile| DeviceProfile { has_printer, ..profile })),
            )).collect_view()}
        </div>
        {printer_view(printer)}
        <h2>{word(words::heading_keys)}</h2>
        <p node_ref=question>{question_text}</p>
        <button class="button" type="button" data-action="learn" on:click=move |_| actions.learn_keys()>
            {word(words::button_learn)}
        </button>
        {scanners_view()}
        <h2>{word(words::heading_voices)}</h2>
        <dl class="facts">
            <div class="fact">
                <dt>{word(words::voice_russian)}</dt>
                <dd>{move || voice(speech.self_test().russian)}</dd>
            </div>
            <div class="fact">
                <dt>{word(words::voice_english)}</dt>
                <dd>{move || voice(speech.self_test().english)}</dd>
            </div>
        </dl>
        <p class="instruction">{word(words::saved)}</p>
        <button class="button" type="button" data-action="forget" on:click=forget>
            {word(words::button_forget)}
        </button>
        {leave_view()}
    }
    .into_any()
}

/// A receipt printer that says how it stands: which one is allowed, its paper, how wide that is.
fn printer_view(setting: RwSignal<Option<Setting>>) -> AnyView {
    const WIRES: [(Wire, &str, Word, Word); 2] = [
        (Wire::Usb, "usb-printer", words::printer_usb, words::button_usb_printer),
        (Wire::Serial, "serial-printer", words::printer_serial, words::button_serial_printer),
    ];
    const PAPERS: [(Paper, &str, Word); 2] =
        [(Paper::Narrow, "paper-58", words::paper_narrow), (Paper::Wide, "paper-80", words::paper_wide)];
    let locale = use_locale();
    let status = RwSignal::new(None::<Status>);
    let look = move || {
        spawn_local(async move {
            // The page may be left before the printer answers.
            let _ = status.try_set(printer::status().await);
        });
    };
    look();
    let keep = move |new: Option<Setting>| {
        printer::keep(new);
        let _ = setting.try_set(new);
    };
    let allow = move |wire: Wire| {
        spawn_local(async move {
            if let Some(allowed) = printer::allow(wire).await {
                keep(Some(allowed));
                look();
            }
        });
    };
    // What was pressed goes with the printer.
    let forget = move |_| {
        keep(None);
        focus_heading();
    };
    let lines = WIRES.map(|(wire, action, name, button)| {
        let told = move || {
            let is_it = setting.get().is_some_and(|setting| setting.wire == wire);
            match () {
                () if is_it => words::printer_allowed(locale.get()),
                () if printer::is_in_browser(wire) => words::printer_not_allowed(locale.get()),
                () => words::scanners_none(locale.get()),
            }
        };
        view! {
            <dl class="facts">
                <div class="fact"><dt>{move || name(locale.get())}</dt><dd data-printer=action>{told}</dd></div>
            </dl>
            {printer::is_in_browser(wire).then(|| view! {
                <button class="button" type="button" data-action=action on:click=move |_| allow(wire)>
                    {move || button(locale.get())}
                </button>
            })}
        }
    });
    // With one of the choices taken the setting is itself again.
    let choice = move |action: String, name: String, choose: Callback<Setting, Setting>| {
        let is_chosen = move || setting.get().is_some_and(|setting| choose.run(setting) == setting);
        view! {
            <button
                class="button"
                type="button"
                data-action=action
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| keep(setting.get_untracked().map(|setting| choose.run(setting)))
            >
                {name}
            </button>
        }
    };
    let wire = Memo::new(move |_| setting.get().map(|setting| setting.wire));
    let settings = move || {
        let (locale, wire) = (locale.get(), wire.get()?);
        let papers = PAPERS.map(|(paper, action, name)| {
            choice(action.into(), name(locale).into(), Callback::new(move |setting| Setting { paper, ..setting }))
        });
        let bauds = (wire == Wire::Serial).then(|| {
            BAUDS.map(|baud| {
                let name = words::baud(locale, &baud.to_string());
                choice(format!("baud-{baud}"), name, Callback::new(move |setting| Setting { baud, ..setting }))
            })
        });
        let told = move || match status.get().unwrap_or_default() {
            Status::Ready => words::paper_ready(locale),
            Status::PaperNearEnd => words::paper_near_end(locale),
            Status::NoPaper => words::paper_none(locale),
            Status::Stopped => words::paper_stopped(locale),
            Status::Unknown => words::paper_unknown(locale),
        };
        Some(view! {
            <dl class="facts">
                <div class="fact"><dt>{words::label_paper(locale)}</dt><dd data-paper="">{told}</dd></div>
            </dl>
            <div class="choices">{papers.into_iter().collect_view()}</div>
            {bauds.map(|bauds| view! { <div class="choices">{bauds.into_iter().collect_view()}</div> })}
            <button class="button" type="button" data-action="forget-printer" on:click=forget>
                {words::button_forget_printer(locale)}
            </button>
        })
    };
    view! {
        <p>{move || words::instruction_printer(locale.get())}</p>
        {lines.into_iter().collect_view()}
        {settings}
    }
    .into_any()
}

/// Scanners that do not type: how many there are, and a way to allow one where no policy has.
fn scanners_view() -> AnyView {
    const WIRES: [(wired::Wire, &str, Word, Word); 2] = [
        (wired::Wire::Hid, "hid", words::scanners_hid, words::button_hid),
        (wired::Wire::Serial, "serial", words::scanners_serial, words::button_serial),
    ];
    let (locale, line) = (use_locale(), use_settings().with_value(wired::serial_line));
    let changes = wired::changes();
    let lines = WIRES.map(|(wire, action, name, button)| {
        let count = RwSignal::new(None::<usize>);
        let changed = changes.clone();
        Effect::new(move || {
            changed.track();
            // The page may be left before the browser answers.
            spawn_local(async move {
                let _ = count.try_set(wire.count().await);
            });
        });
        let changed = changes.clone();
        let choose = move |_| {
            let changed = changed.clone();
            spawn_local(async move {
                wire.choose(line).await;
                *changed.write() += 1;
            });
        };
        let told = move || match count.get() {
            Some(count) => count.to_string(),
            None => words::scanners_none(locale.get()).to_owned(),
        };
        view! {
            <dl class="facts">
                <div class="fact"><dt>{move || name(locale.get())}</dt><dd data-scanners=action>{told}</dd></div>
            </dl>
            {move || count.get().map(|_| view! {
                <button class="button" type="button" data-action=action on:click=choose.clone()>
                    {move || button(locale.get())}
                </button>
            })}
        }
    });
    view! {
        <h2>{move || words::heading_scanners(locale.get())}</h2>
        <p>{move || words::instruction_scanners(locale.get())}</p>
        {lines.into_iter().collect_view()}
    }
    .into_any()
}

/// As what the store knows the device, what waits on it, and how much it stores.
fn device_view() -> AnyView {
    let (device, settings, locale) = (use_device(), use_settings(), use_locale());
    let standing = Memo::new(move |_| device.standing());
    let version = settings.with_value(|settings| settings.app_version.clone());
    let facts = move || {
        let (locale, standing) = (locale.get(), standing.get());
        let megabytes = |bytes: Option<f64>| {
            bytes.map_or(words::storage_unknown(locale).to_owned(), |bytes| {
                i18n::thousandths(locale, (bytes / 1e6).round() as u32 * 1000)
            })
        };
        let identity = standing.identity.map(|identity| {
            let kind = match identity.kind {
                DeviceKind::Kiosk => words::kind_kiosk(locale),
                DeviceKind::Tablet => words::kind_tablet(locale),
                DeviceKind::Till => words::kind_till(locale),
            };
            let place = identity.place.map(|place| fact(words::device_place(locale), place));
            [
                Some(fact(words::device_name(locale), identity.name)),
                Some(fact(words::device_kind(locale), kind.into())),
                place,
            ]
        });
        let refusals = standing.refusals.into_iter().map(|refusal| {
            let reason = words::outbox_reason(locale, &refusal.code, &refusal.status.to_string());
            fact(words::outbox_refused(locale), reason)
        });
        let is_kept = match standing.storage.is_persistent {
            Some(true) => words::storage_yes(locale),
            Some(false) => words::storage_no(locale),
            None => words::storage_unknown(locale),
        };
        view! {
            <dl class="facts">
                {identity.map(|facts| facts.into_iter().flatten().collect_view())}
                {fact(words::outbox_waiting(locale), standing.waiting.to_string())}
                {refusals.collect_view()}
                {fact(words::storage_used(locale), megabytes(standing.storage.used_bytes))}
                {fact(words::storage_free(locale), megabytes(standing.storage.free_bytes))}
                {fact(words::storage_kept(locale), is_kept.into())}
                {fact(words::version(locale), version.clone())}
            </dl>
        }
    };
    let is_enrolled = Memo::new(move |_| standing.with(|standing| standing.identity.is_some()));
    view! {
        <h2>{move || words::heading_device(locale.get())}</h2>
        {facts}
        {move || (!is_enrolled.get()).then(enrolment_view)}
    }
    .into_any()
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

/// What is said of a try to enrol, or to open the page.
type Answers = [Word; 5];

const ENROLMENT: Answers = [
    words::enrolment_asking,
    words::enrolment_done,
    words::enrolment_refused,
    words::enrolment_too_many,
    words::enrolment_offline,
];
const PIN: Answers =
    [words::pin_asking, words::pin_asking, words::pin_refused, words::enrolment_too_many, words::enrolment_offline];

/// A code makes the browser a device of the store.
pub(super) fn enrolment_view() -> AnyView {
    let (device, locale) = (use_device(), use_locale());
    let answer = Signal::derive(move || device.enrolment());
    view! {
        <p>{move || words::not_enrolled(locale.get())}</p>
        <p class="instruction">{move || words::instruction_code(locale.get())}</p>
        {code_view(false, words::label_code, words::button_enrol, ENROLMENT, answer, move |code| device.enrol(code))}
    }
    .into_any()
}

/// The page is the installer's alone; the server knows the PIN.
pub(super) fn pin_view(is_open: RwSignal<bool>) -> AnyView {
    let (server, locale) = (use_server(), use_locale());
    let answer = RwSignal::new(None::<Enrolment>);
    let submit = move |pin: String| {
        answer.set(Some(Enrolment::Asking));
        spawn_local(async move {
            let asked = InstallerRequest { pin };
            let told =
                server.ask(paths::INSTALLER, MESSAGE_LIMIT, |request| request.method(Method::POST).json(&asked)).await;
            let outcome = match told.map(|response| response.status()) {
                Ok(204) => Enrolment::Done,
                Ok(401) => Enrolment::Refused,
                Ok(429) => Enrolment::TooManyTries,
                _ => Enrolment::Offline,
            };
            answer.set(Some(outcome));
            if outcome == Enrolment::Done {
                is_open.set(true);
                focus_heading();
            }
        });
    };
    view! {
        <h1 tabindex="-1">{move || words::heading_pin(locale.get())}</h1>
        <p class="instruction">{move || words::instruction_pin(locale.get())}</p>
        {code_view(true, words::label_pin, words::button_open, PIN, answer.into(), submit)}
    }
    .into_any()
}

/// Digits are typed and handed over; what is secret is neither shown nor said.
fn code_view(
    is_secret: bool,
    label: Word,
    button: Word,
    answers: Answers,
    outcome: Signal<Option<Enrolment>>,
    submit: impl Fn(String) + Copy + Send + 'static,
) -> AnyView {
    let (speech, locale) = (use_speech(), use_locale());
    let code = RwSignal::new(String::new());
    let press = move |digit: u8| {
        code.update(|code| {
            if code.len() < LONGEST_CODE {
                code.push(char::from(b'0' + digit));
            }
        });
        speech.tell(digit.to_string(), if is_secret { Class::Masked } else { Class::Value });
    };
    let erase = move || {
        code.update(|code| {
            code.pop();
        });
    };
    let hand_over = move |_| {
        if let Some(code) = code.try_update(std::mem::take).filter(|code| !code.is_empty()) {
            submit(code);
        }
    };
    let is_masked = move || is_secret && !code.with(String::is_empty);
    let typed = move || match code.get() {
        code if code.is_empty() => words::code_empty(locale.get()).to_owned(),
        code if is_secret => "•".repeat(code.len()),
        code => code,
    };
    let answer = move || {
        let place = match outcome.get()? {
            Enrolment::Asking => 0,
            Enrolment::Done => 1,
            Enrolment::Refused => 2,
            Enrolment::TooManyTries => 3,
            Enrolment::Offline => 4,
        };
        Some(answers[place](locale.get()))
    };
    view! {
        <p class="typed">
            {move || label(locale.get())}": "<strong data-masked=move || is_masked().then_some("")>{typed}</strong>
        </p>
        {move || digit_keys(locale.get(), press, erase)}
        <button class="button button-main" type="button" data-action="submit" on:click=hand_over>
            {move || button(locale.get())}
        </button>
        <p role="status">{answer}</p>
    }
    .into_any()
}

/// The way out of the kiosk: its launcher (`deploy/kiosk`) looks for this word on the page, and ends.
fn leave_view() -> AnyView {
    let (locale, is_leaving) = (use_locale(), RwSignal::new(false));
    let leave = move |_| {
        let root = document().document_element();
        is_leaving.set(root.is_some_and(|root| root.set_attribute("data-kiosk", "leave").is_ok()));
    };
    view! {
        <h2>{move || words::heading_leave(locale.get())}</h2>
        <p class="instruction">{move || words::instruction_leave(locale.get())}</p>
        <button class="button" type="button" data-action="leave" on:click=leave>
            {move || words::button_leave(locale.get())}
        </button>
        <p role="status">{move || is_leaving.get().then(|| words::leaving(locale.get()))}</p>
    }
    .into_any()
}
