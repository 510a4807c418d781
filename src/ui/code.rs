//! The code that came to somebody's phone, typed on keys of our own, for any screen that asks for one.
//!
//! [`TypedCode`] is the rule: what was typed, what is asked of the store, and why a code leads nowhere.

use leptos::prelude::*;
use polka_domain::Phone;

use super::digits::{Key, entry, secret_keys};
use super::page::button;
use crate::i18n::Locale;
use crate::words::code as words;

/// So many digits a code has.
pub(crate) const CODE_DIGITS: usize = 6;

/// A code that somebody types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TypedCode {
    digits: String,
    /// It is being looked at.
    is_checking: bool,
    /// Why they are not further; the next digit takes that back.
    problem: Option<CodeProblem>,
    /// Another can be asked for after so many seconds from the last; 0 is now.
    again_after_s: u32,
}

/// Why a code leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeProblem {
    /// It has fewer than six digits.
    Short,
    /// It is not the one that was sent, or too old.
    Refused,
    /// There were too many tries.
    TooManyTries,
    /// The store did not answer.
    NoAnswer,
}

/// What follows from a code that is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeStep {
    /// The store looks at it already.
    Nothing,
    /// Ask whether it is right.
    Check,
    TellProblem,
}

impl TypedCode {
    /// One that was just sent; another can be asked for after so many seconds.
    pub(crate) fn sent(again_after_s: u32) -> Self {
        Self { again_after_s: again_after_s.max(1), ..Self::default() }
    }

    /// One as a picture of the screen needs it.
    #[cfg(feature = "gallery")]
    pub(crate) fn example(digits: &str, problem: Option<CodeProblem>) -> Self {
        Self { digits: digits.into(), problem, ..Self::default() }
    }

    pub(crate) fn digits(&self) -> &str {
        &self.digits
    }

    /// Why it leads nowhere.
    #[cfg(test)]
    pub(crate) fn problem(&self) -> Option<CodeProblem> {
        self.problem
    }

    /// Takes a key. While the store looks at the code none counts: the answer would be to another.
    pub(crate) fn press(&mut self, key: Key) {
        match key {
            _ if self.is_checking => return,
            Key::Digit(digit) if self.digits.len() < CODE_DIGITS => self.digits.push(char::from(b'0' + digit)),
            Key::Digit(_) => return,
            Key::Erase => drop(self.digits.pop()),
        }
        self.problem = None;
    }

    /// It is finished.
    pub(crate) fn finish(&mut self) -> CodeStep {
        if self.is_checking {
            return CodeStep::Nothing;
        }
        if self.digits.len() < CODE_DIGITS {
            self.problem = Some(CodeProblem::Short);
            return CodeStep::TellProblem;
        }
        (self.is_checking, self.problem) = (true, None);
        CodeStep::Check
    }

    /// It led nowhere.
    pub(crate) fn failed(&mut self, problem: CodeProblem) {
        (self.is_checking, self.problem) = (false, Some(problem));
    }

    /// The time is over after which another can be asked for.
    pub(crate) fn allow_again(&mut self) {
        self.again_after_s = 0;
    }

    /// Whether the store looks at it.
    pub(crate) fn is_checking(&self) -> bool {
        self.is_checking
    }

    /// Whether another can be asked for.
    pub(crate) fn can_ask_again(&self) -> bool {
        self.again_after_s == 0 && !self.is_checking
    }
}

/// The code as far as it is typed, the keys, what is wrong with it, and how another is asked for.
pub(crate) fn code_entry(
    phone: Option<Phone>,
    code: Memo<TypedCode>,
    locale: Locale,
    press: impl Fn(Key) + Copy + Send + Sync + 'static,
    finish: impl Fn() + Copy + Send + Sync + 'static,
    ask_again: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let is_private = move || code.with(|code| !code.digits.is_empty()).then_some("");
    let digits = move || match code.with(|code| code.digits.clone()) {
        digits if digits.is_empty() => words::nothing_typed(locale).into_any(),
        digits => view! { <strong>{digits}</strong> }.into_any(),
    };
    let missing = move || match code.with(|code| code.digits.len()) {
        CODE_DIGITS => words::complete(locale).to_owned(),
        length => words::missing(locale, &(CODE_DIGITS - length).to_string()),
    };
    let said = move || match code.with(|code| (code.is_checking, code.problem)) {
        (true, _) => Some((words::checking(locale), false)),
        (false, Some(CodeProblem::Short)) => Some((words::error_short(locale), true)),
        (false, Some(CodeProblem::Refused)) => Some((words::error_refused(locale), true)),
        (false, Some(CodeProblem::TooManyTries)) => Some((words::error_tries(locale), true)),
        (false, Some(CodeProblem::NoAnswer)) => Some((words::error_no_answer(locale), true)),
        (false, None) => None,
    };
    let again_after_s = Memo::new(move |_| code.with(|code| code.again_after_s));
    let again = move || match again_after_s.get() {
        0 => button("again", "button", words::button_again(locale), ask_again),
        seconds => view! { <p>{words::again_later(locale, &seconds.to_string())}</p> }.into_any(),
    };
    let typed = view! {
        <p>{words::label(locale)}</p>
        <div><p class="typed" data-private=is_private>{digits}</p></div>
        <p>{missing}</p>
        {move || said().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
    };
    view! {
        <h1 tabindex="-1">{words::heading(locale)}</h1>
        <p class="instruction">{words::instruction(locale)}</p>
        {phone.map(|phone| view! { <p data-private="">{phone.masked()}</p> })}
        {entry(typed.into_any(), secret_keys(locale, press))}
        {button("next", "button button-main", words::button_check(locale), finish)}
        {again}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> TypedCode {
        let mut code = TypedCode::sent(30);
        digits.bytes().for_each(|digit| code.press(Key::Digit(digit - b'0')));
        code
    }

    #[test]
    fn six_digits_are_a_code_and_nothing_is_typed_while_it_is_looked_at() {
        let mut code = typed("1234567");
        assert_eq!(code.finish(), CodeStep::Check);
        [Key::Digit(1), Key::Erase].into_iter().for_each(|key| code.press(key));
        assert_eq!(code.finish(), CodeStep::Nothing);
        assert_eq!(code.digits(), "123456");
    }

    #[test]
    fn what_is_wrong_is_taken_back_by_the_next_key() {
        let mut code = typed("12345");
        assert_eq!(code.finish(), CodeStep::TellProblem);
        assert_eq!(code.problem, Some(CodeProblem::Short));
        code.press(Key::Digit(6));
        assert_eq!(code.problem, None);
        assert_eq!(code.finish(), CodeStep::Check);
        code.failed(CodeProblem::Refused);
        code.press(Key::Erase);
        assert_eq!((code.digits(), code.problem), ("12345", None));
    }

    #[test]
    fn another_can_be_asked_for_after_a_while() {
        let mut code = TypedCode::sent(0);
        assert!(!code.can_ask_again(), "a store that sends one at once would send as many as there are touches");
        code.allow_again();
        assert!(code.can_ask_again());
    }
}
