use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::accessibility::profile::{DeviceProfile, Input, Jack, MEASURES};
use crate::accessibility::{explanation, use_accessibility, use_actions};
use crate::i18n::{self, Locale, use_locale};
use crate::speech::{VoiceKind, use_speech};
use crate::ui::focus::focus_heading;
use crate::words::installer as words;

type Word = fn(Locale) -> &'static str;

const MEASURE_NAMES: [Word; MEASURES.len()] =
    [words::measure_px, words::measure_distance, words::measure_bottom, words::measure_height];
const INPUTS: [(Input, Word); 3] =
    [(Input::Touch, words::input_touch), (Input::Keypad, words::input_keypad), (Input::Both, words::input_both)];
const JACKS: [(Jack, Word); 3] =
    [(Jack::Keypad, words::jack_keypad), (Jack::Agent, words::jack_agent), (Jack::None, words::jack_none)];

/// The screen; no shopper comes here, so it is fetched when somebody does.
#[component]
pub(crate) fn InstallerScreen() -> impl IntoView {
    let locale = use_locale();
    let fetched = RwSignal::new(None::<Result<fn() -> AnyView, ()>>);
    let fetch = move || {
        fetched.set(None);
        spawn_local(async move {
            fetched.set(Some(load_view().await.map_err(drop)));
            focus_heading();
        });
    };
    fetch();
    move || match fetched.get() {
        Some(Ok(view)) => view(),
        Some(Err(())) => view! {
            <h1 tabindex="-1" data-error="">{move || words::error_not_loaded(locale.get())}</h1>
            <p class="instruction" data-error="">{move || words::instruction_not_loaded(locale.get())}</p>
            <button class="button button-main" type="button" data-action="again" on:click=move |_| fetch()>
                {move || words::button_again(locale.get())}
            </button>
        }
        .into_any(),
        None => view! { <h1 tabindex="-1">{move || words::title(locale.get())}</h1> }.into_any(),
    }
}

/// Fetches the screen.
#[wasm_split(installer, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(installer_view)
}

/// Each touch is kept at once: there is nothing to forget to press.
fn installer_view() -> AnyView {
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

    view! {
        <h1 tabindex="-1">{word(words::heading)}</h1>
        <p class="instruction">{word(words::instruction)}</p>
        <div class="ruler" aria-hidden="true">{word(words::ruler)}</div>
        {measure(0)}
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
        <h2>{word(words::heading_keys)}</h2>
        <p node_ref=question>{question_text}</p>
        <button class="button" type="button" data-action="learn" on:click=move |_| actions.learn_keys()>
            {word(words::button_learn)}
        </button>
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
        <button class="button" type="button" data-action="forget" on:click=move |_| accessibility.forget()>
            {word(words::button_forget)}
        </button>
    }
    .into_any()
}
