//! How somebody comes to their card, and what they do there: pure.

use polka_contract::{
    LinkWay, OwnCardResponse, OwnDataResponse, OwnShoppingList, PersonalOffer, PointsResponse, Profile, Wish,
};
use polka_domain::{Phone, PhoneCountries};

use super::questions::{Question, Topic};
use crate::api::members::Refusal;
use crate::ui::code::{CodeStep, TypedCode};
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// So long the digits behind a card's number are shown.
const CODE_LASTS_MS: i64 = 60_000;
/// Further digits are fetched so long before those that are here run out.
const FETCH_BEFORE_MS: i64 = 10 * 60_000;

/// Where somebody is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// They type their number, at a device of the store.
    Number(TypedPhone),
    /// Their own phone is opened, by what stands behind the `#` of a link where it came by one.
    Opening { link: Option<String> },
    /// It was not.
    NotOpened { link: Option<String>, why: Refusal },
    /// A code is asked for.
    Asking(Way),
    /// It was sent, and they type it.
    Code(Way, TypedCode),
    /// None was sent.
    NoCode(Way, Refusal),
    /// Nobody has joined with the number.
    NoMember(TypedPhone),
    /// What is theirs is fetched; by a phone whose link did not open, in case it was the one that has opened it before.
    Fetching { access: Access, is_link_over: bool },
    /// It did not come.
    NotFetched(Access),
    /// Here it is.
    Own(Box<Own>, Page),
    /// It was shown too long ago that the number is theirs.
    Over,
    /// All that led to them is gone.
    Erased,
    /// Their phone has forgotten them.
    Ended,
}

/// How somebody shows that the number is theirs.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// With a code to this number.
    Number { typed: TypedPhone, phone: Phone },
    /// With a code to the number that the link was for.
    OwnPhone,
}

/// What shows it from then on.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// The proof that the store gave for a code.
    Proof(String),
    /// The phone itself.
    OwnPhone,
}

/// What is theirs.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) access: Access,
    pub(crate) card: OwnCardResponse,
    pub(crate) points: PointsResponse,
    pub(crate) profile: Profile,
    /// What the chain offers them alone.
    pub(crate) offers: Vec<PersonalOffer>,
}

/// At what of it they look.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Page {
    Card,
    History,
    Offers,
    /// What they want to buy, once it is there.
    List(Option<OwnShoppingList>),
    /// They are asked about themselves.
    Question(Question),
    /// A link for their own phone: its address, once it is there.
    Link(Option<String>),
    /// It was sent as a message.
    LinkSent,
    /// All that is kept about them, once it is there.
    Data(Option<Box<OwnDataResponse>>),
    /// Whether all is to be erased.
    ErasureAsked,
    /// They type another number.
    NewNumber(TypedPhone),
    /// A code is asked for there.
    NewNumberAsking(TypedPhone, Phone),
    /// It was sent there.
    NewNumberCode(TypedPhone, Phone, TypedCode),
    NumberChanged,
    /// The store is asked to do something.
    Working,
    /// It did not.
    NotDone(Refusal),
}

/// What happens.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The page was opened on somebody's own phone.
    Open {
        link: Option<String>,
    },
    Key(Key),
    /// What is typed is finished.
    Next,
    /// One step back.
    Back,
    /// Once more, what did not work.
    Again,
    /// Whether it was shown already that this phone is theirs.
    Opened(Result<bool, Refusal>),
    Asked(Result<u32, Refusal>),
    AgainAllowed,
    Checked(Result<Access, Refusal>),
    Fetched(Result<Box<Own>, Refusal>),
    /// To another page.
    Go(Place),
    Text(String),
    Wish(Wish),
    /// The question is left out.
    Skip,
    Saved(Result<(), Refusal>),
    Linked(Result<String, Refusal>),
    /// The link is to be sent so.
    SendLink(LinkWay),
    /// A personal offer is to hold.
    Activate(i64),
    ListCame(Result<OwnShoppingList, Refusal>),
    /// Nothing of the list is wanted any more.
    ClearList,
    DataCame(Result<Box<OwnDataResponse>, Refusal>),
    /// Whether they want to hear of offers.
    Offers(bool),
    EraseAll,
    /// This phone is to forget them.
    End,
    /// What the store was asked to do is done, or not.
    Done(Done, Result<(), Refusal>),
    /// The digits on the card run out.
    CardEnds,
    CardCame(Result<OwnCardResponse, Refusal>),
}

/// Where a button leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Card,
    History,
    Offers,
    List,
    /// The first question that has no answer, or the first.
    Questions,
    Link,
    Data,
    Erasure,
    NewNumber,
}

/// What the store was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Consent,
    Erasure,
    NewNumber,
    Link,
    Offer(i64),
    List,
    End,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    TellProblem,
    Open {
        link: String,
    },
    Ask(Way),
    /// Say [`Event::AgainAllowed`] after so many seconds.
    WaitToAskAgain {
        seconds: u32,
    },
    Check(Way, String),
    Fetch(Access),
    FetchCard(Access),
    Save(Access, Profile),
    /// A link, shown or sent.
    Link {
        card: String,
        by: LinkWay,
    },
    FetchList(Access),
    /// Clear this list.
    ClearList(Access, String),
    FetchData(Access),
    KeepOffers(Access, bool),
    Activate(Access, i64),
    EraseAll(Access),
    AskNewNumber(Access, Phone),
    ChangeNumber(Access, Phone, String),
    End,
}

impl Default for State {
    fn default() -> Self {
        Self::Number(TypedPhone::default())
    }
}

impl State {
    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, countries: &PhoneCountries) -> Vec<Effect> {
        let (next, effects) = match (std::mem::take(self), event) {
            (_, Event::Open { link }) => open(link),
            (Self::NotOpened { link, .. }, Event::Again) => open(link),
            (Self::Opening { .. }, Event::Opened(Ok(true))) => fetch(Access::OwnPhone),
            (Self::Opening { .. }, Event::Opened(Ok(false))) => ask(Way::OwnPhone),
            (Self::Opening { .. }, Event::Opened(Err(Refusal::Code))) => {
                let access = Access::OwnPhone;
                (Self::Fetching { access: access.clone(), is_link_over: true }, vec![Effect::Fetch(access)])
            }
            (Self::Opening { link }, Event::Opened(Err(why))) => (Self::NotOpened { link, why }, vec![]),
            (Self::Number(mut typed), Event::Key(key)) => {
                typed.press(key);
                (Self::Number(typed), vec![])
            }
            (Self::Number(mut typed), Event::Next) => match typed.finish(countries) {
                Some(phone) => ask(Way::Number { typed, phone }),
                None => (Self::Number(typed), vec![Effect::TellProblem]),
            },
            (Self::Asking(way), Event::Asked(Ok(seconds))) => {
                let seconds = seconds.max(1);
                (Self::Code(way, TypedCode::sent(seconds)), vec![Effect::WaitToAskAgain { seconds }])
            }
            // The hour is over in which a phone may show that it is theirs.
            (Self::Asking(Way::OwnPhone), Event::Asked(Err(Refusal::NoDevice)))
            | (Self::Code(Way::OwnPhone, _), Event::Checked(Err(Refusal::NoDevice | Refusal::NoMember))) => {
                (Self::NotOpened { link: None, why: Refusal::NoDevice }, vec![])
            }
            (Self::Asking(way), Event::Asked(Err(why))) => (Self::NoCode(way, why), vec![]),
            (Self::NoCode(way, _), Event::Again) => ask(way),
            (Self::NoCode(Way::Number { typed, .. }, _) | Self::NoMember(typed), Event::Back) => {
                (Self::Number(typed), vec![])
            }
            (Self::Code(Way::Number { typed, .. }, code), Event::Back) if !code.is_checking() => {
                (Self::Number(typed), vec![])
            }
            (Self::Code(Way::Number { typed, .. }, _), Event::Checked(Err(Refusal::NoMember))) => {
                (Self::NoMember(typed), vec![])
            }
            (Self::Code(way, code), event) => with_code(way, code, event),
            (Self::Fetching { .. }, Event::Fetched(Ok(own))) => (Self::Own(own, Page::Card), vec![]),
            // They have left before the code was typed.
            (Self::Fetching { access: Access::OwnPhone, .. }, Event::Fetched(Err(Refusal::NoProof))) => {
                ask(Way::OwnPhone)
            }
            (Self::Fetching { is_link_over: true, .. }, Event::Fetched(Err(Refusal::NoDevice))) => {
                (Self::NotOpened { link: None, why: Refusal::Code }, vec![])
            }
            (Self::Fetching { access: Access::OwnPhone, .. }, Event::Fetched(Err(Refusal::NoDevice))) => {
                (Self::NotOpened { link: None, why: Refusal::NoDevice }, vec![])
            }
            (Self::Fetching { .. }, Event::Fetched(Err(Refusal::NoProof))) => (Self::Over, vec![]),
            (Self::Fetching { access, .. }, Event::Fetched(Err(_))) => (Self::NotFetched(access), vec![]),
            (Self::NotFetched(access), Event::Again) => fetch(access),
            (Self::Over, Event::Again) => (Self::default(), vec![]),
            (Self::Own(own, page), event) => own.update(page, event, countries),
            (other, _) => (other, vec![]),
        };
        *self = next;
        effects
    }

    /// The same without what changes key by key: another one is another page.
    pub(crate) fn page(&self) -> Self {
        match self {
            Self::Number(_) => Self::default(),
            Self::Code(way, _) => Self::Code(way.clone(), TypedCode::default()),
            Self::Own(own, page) => {
                let mut own = own.clone();
                own.card.codes = vec![];
                Self::Own(own, page.without_keys())
            }
            other => other.clone(),
        }
    }
}

fn open(link: Option<String>) -> (State, Vec<Effect>) {
    match link {
        Some(link) => (State::Opening { link: Some(link.clone()) }, vec![Effect::Open { link }]),
        None => fetch(Access::OwnPhone),
    }
}

fn ask(way: Way) -> (State, Vec<Effect>) {
    (State::Asking(way.clone()), vec![Effect::Ask(way)])
}

fn fetch(access: Access) -> (State, Vec<Effect>) {
    (State::Fetching { access: access.clone(), is_link_over: false }, vec![Effect::Fetch(access)])
}

fn with_code(way: Way, mut code: TypedCode, event: Event) -> (State, Vec<Effect>) {
    let mut effects = vec![];
    match event {
        Event::Checked(Ok(access)) => return fetch(access),
        Event::Again if code.can_ask_again() => return ask(way),
        event => {
            if take_code(&mut code, event, &mut effects) {
                effects.push(Effect::Check(way.clone(), code.digits().to_owned()));
            }
        }
    }
    (State::Code(way, code), effects)
}

/// What any code that is typed takes; whether it is to be looked at.
fn take_code(code: &mut TypedCode, event: Event, effects: &mut Vec<Effect>) -> bool {
    match event {
        Event::AgainAllowed => code.allow_again(),
        Event::Key(key) => code.press(key),
        Event::Checked(Err(why)) | Event::Done(Done::NewNumber, Err(why)) => {
            code.failed(why.of_code());
            effects.push(Effect::TellProblem);
        }
        Event::Next => match code.finish() {
            CodeStep::Check => return true,
            CodeStep::TellProblem => effects.push(Effect::TellProblem),
            CodeStep::Nothing => {}
        },
        _ => {}
    }
    false
}

impl Own {
    fn update(mut self: Box<Self>, page: Page, event: Event, countries: &PhoneCountries) -> (State, Vec<Effect>) {
        let access = self.access.clone();
        let mut effects = vec![];
        let page = match (page, event) {
            // The time of the proof may be over wherever they are.
            (
                _,
                Event::Saved(Err(Refusal::NoProof | Refusal::NoDevice))
                | Event::Asked(Err(Refusal::NoProof | Refusal::NoDevice))
                | Event::Linked(Err(Refusal::NoProof | Refusal::NoDevice))
                | Event::ListCame(Err(Refusal::NoProof | Refusal::NoDevice))
                | Event::DataCame(Err(Refusal::NoProof | Refusal::NoDevice))
                | Event::CardCame(Err(Refusal::NoProof | Refusal::NoDevice))
                | Event::Done(_, Err(Refusal::NoProof | Refusal::NoDevice)),
            ) => {
                return match access {
                    Access::Proof(_) => (State::Over, effects),
                    Access::OwnPhone => (State::NotOpened { link: None, why: Refusal::NoDevice }, effects),
                };
            }
            // They may have gone on before the answer came.
            (_, Event::Done(Done::NewNumber, Ok(()))) => Page::NumberChanged,
            (Page::Working, Event::Done(Done::Erasure, Ok(()))) => return (State::Erased, effects),
            (Page::Working, Event::Done(Done::End, Ok(()))) => return (State::Ended, effects),
            (Page::Working, Event::Done(Done::Link, Ok(()))) => Page::LinkSent,
            (Page::Working, Event::Done(Done::Offer(id), Ok(()))) => {
                self.offers.iter_mut().filter(|offer| offer.offer_id == id).for_each(|offer| offer.is_activated = true);
                Page::Offers
            }
            (Page::Offers, Event::Activate(id)) => {
                effects.push(Effect::Activate(access, id));
                Page::Working
            }
            (Page::List(Some(list)), Event::ClearList) => {
                effects.push(Effect::ClearList(access, list.items));
                Page::Working
            }
            // Something may have been sent to it since.
            (Page::Working, Event::Done(Done::List, Ok(()))) => {
                effects.push(Effect::FetchList(access));
                Page::List(None)
            }
            (Page::Working, Event::Done(Done::Consent, Ok(()))) => {
                effects.push(Effect::FetchData(access));
                Page::Data(None)
            }
            (Page::Working, Event::Done(_, Err(why))) => Page::NotDone(why),
            (Page::Working, _) => Page::Working,
            (page, Event::CardEnds) => {
                effects.push(Effect::FetchCard(access));
                page
            }
            (page, Event::CardCame(came)) => {
                // Without the store the card is there, and its last digits hold for their time.
                if let Ok(card) = came {
                    self.card.codes = card.codes;
                }
                page
            }
            (Page::Question(question), event) if !matches!(event, Event::Go(_)) => {
                match question.update(&mut self, event, &mut effects) {
                    Some(question) => Page::Question(question),
                    None => Page::Card,
                }
            }
            // It may be another member now.
            (Page::NumberChanged, Event::Go(_)) => return fetch(access),
            (_, Event::Go(place)) => match place {
                Place::Card => Page::Card,
                Place::History => Page::History,
                Place::Offers => Page::Offers,
                Place::List => {
                    effects.push(Effect::FetchList(access));
                    Page::List(None)
                }
                Place::Questions => match (self.missing().next(), &access) {
                    (Some(first), _) => Page::Question(Question::of(first, &self.profile)),
                    // What was told stands on their own phone alone.
                    (None, Access::OwnPhone) => Page::Question(Question::of_review(&self.profile)),
                    (None, Access::Proof(_)) => Page::Card,
                },
                Place::Link => {
                    effects.push(Effect::Link { card: self.card.card_number.clone(), by: LinkWay::Screen });
                    Page::Link(None)
                }
                Place::Data => {
                    effects.push(Effect::FetchData(access));
                    Page::Data(None)
                }
                Place::Erasure => Page::ErasureAsked,
                Place::NewNumber => Page::NewNumber(TypedPhone::default()),
            },
            (Page::Link(None), Event::Linked(Ok(url))) => Page::Link(Some(url)),
            (Page::Link(Some(_)), Event::SendLink(by)) => {
                effects.push(Effect::Link { card: self.card.card_number.clone(), by });
                Page::Working
            }
            (Page::Link(_), Event::Linked(Err(why))) => Page::NotDone(why),
            (Page::List(_), Event::ListCame(Ok(list))) => Page::List(Some(list)),
            (Page::List(None), Event::ListCame(Err(why))) => Page::NotDone(why),
            (Page::Data(_), Event::DataCame(Ok(data))) => Page::Data(Some(data)),
            (Page::Data(None), Event::DataCame(Err(why))) => Page::NotDone(why),
            (Page::Data(Some(_)), Event::Offers(is_given)) => {
                effects.push(Effect::KeepOffers(access, is_given));
                Page::Working
            }
            (Page::ErasureAsked, Event::EraseAll) => {
                effects.push(Effect::EraseAll(access));
                Page::Working
            }
            (Page::Card, Event::End) => {
                effects.push(Effect::End);
                Page::Working
            }
            (Page::NewNumber(mut typed), event) => match event {
                Event::Key(key) => {
                    typed.press(key);
                    Page::NewNumber(typed)
                }
                Event::Next => match typed.finish(countries) {
                    Some(phone) => {
                        effects.push(Effect::AskNewNumber(access, phone));
                        Page::NewNumberAsking(typed, phone)
                    }
                    None => {
                        effects.push(Effect::TellProblem);
                        Page::NewNumber(typed)
                    }
                },
                _ => Page::NewNumber(typed),
            },
            (Page::NewNumberAsking(typed, phone), Event::Asked(asked)) => match asked {
                Ok(seconds) => {
                    let seconds = seconds.max(1);
                    effects.push(Effect::WaitToAskAgain { seconds });
                    Page::NewNumberCode(typed, phone, TypedCode::sent(seconds))
                }
                Err(why) => Page::NotDone(why),
            },
            (Page::NewNumberCode(typed, phone, code), Event::Again) if code.can_ask_again() => {
                effects.push(Effect::AskNewNumber(access, phone));
                Page::NewNumberAsking(typed, phone)
            }
            (Page::NewNumberCode(typed, phone, mut code), event) => {
                if take_code(&mut code, event, &mut effects) {
                    effects.push(Effect::ChangeNumber(access, phone, code.digits().to_owned()));
                }
                Page::NewNumberCode(typed, phone, code)
            }
            (other, _) => other,
        };
        (State::Own(self, page), effects)
    }

    /// Whether this is their own phone, and no device of the store.
    pub(crate) fn is_on_own_phone(&self) -> bool {
        self.access == Access::OwnPhone
    }

    /// The digits that stand behind the card's number now.
    pub(crate) fn code_at(&self, now_ms: i64) -> Option<String> {
        let current = self.card.codes.iter().rev().find(|code| code.from_ms <= now_ms)?;
        (now_ms - current.from_ms < CODE_LASTS_MS).then(|| current.code.clone())
    }

    /// Whether further digits are to be fetched; they change on the member's own phone alone.
    pub(crate) fn runs_out(&self, now_ms: i64) -> bool {
        let last_ms = self.card.codes.last().map_or(0, |last| last.from_ms);
        self.is_on_own_phone() && last_ms < now_ms + FETCH_BEFORE_MS
    }

    /// What they have not told yet, in the order in which it is asked.
    pub(crate) fn missing(&self) -> impl Iterator<Item = Topic> {
        Topic::ALL.into_iter().filter(|topic| !topic.is_told(&self.profile))
    }
}

impl Page {
    fn without_keys(&self) -> Self {
        match self {
            Self::NewNumber(_) => Self::NewNumber(TypedPhone::default()),
            Self::NewNumberCode(typed, phone, _) => Self::NewNumberCode(typed.clone(), *phone, TypedCode::default()),
            Self::Question(question) => Self::Question(Question::of(question.topic, &Profile::default())),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use polka_contract::CardCode;

    use super::*;

    pub(crate) fn after(state: &mut State, events: impl IntoIterator<Item = Event>) -> Vec<Effect> {
        let countries = PhoneCountries::default();
        events.into_iter().flat_map(|event| state.update(event, &countries)).collect()
    }

    pub(crate) fn digits(text: &str) -> Vec<Event> {
        text.bytes().map(|digit| Event::Key(Key::Digit(digit - b'0'))).collect()
    }

    pub(crate) fn own(access: Access, profile: Profile) -> Box<Own> {
        let points = PointsResponse { available: 120, pending: 0, held: 0, expiring: vec![], history: vec![] };
        let card = OwnCardResponse { card_number: "96438201745519283745".into(), can_spend: true, codes: vec![] };
        Box::new(Own { access, card, points, profile, offers: vec![] })
    }

    fn offer(offer_id: i64) -> PersonalOffer {
        let (gtin, last_day) = ("09520000000004".into(), "2026-12-31".into());
        PersonalOffer { offer_id, gtin, price_minor_units: 5990, last_day, is_activated: false }
    }

    fn phone() -> Phone {
        Phone::parse("9161234567", &PhoneCountries::default()).expect("a number")
    }

    fn way() -> Way {
        let mut typed = TypedPhone::default();
        b"9161234567".iter().for_each(|digit| typed.press(Key::Digit(digit - b'0')));
        Way::Number { typed, phone: phone() }
    }

    /// Somebody who has shown that the number is theirs.
    pub(crate) fn shown(profile: Profile) -> State {
        let mut state = State::Fetching { access: Access::OwnPhone, is_link_over: false };
        after(&mut state, [Event::Fetched(Ok(own(Access::OwnPhone, profile)))]);
        state
    }

    #[test]
    fn a_number_and_its_code_lead_to_the_card() {
        let mut state = State::default();
        after(&mut state, digits("9161234567"));
        assert!(after(&mut state, [Event::Next]) == [Effect::Ask(way())]);
        after(&mut state, [Event::Asked(Ok(60))]);
        after(&mut state, digits("123456"));
        assert!(after(&mut state, [Event::Next]) == [Effect::Check(way(), "123456".into())]);
        let proof = Access::Proof("1.x".into());
        assert!(after(&mut state, [Event::Checked(Ok(proof.clone()))]) == [Effect::Fetch(proof.clone())]);
        after(&mut state, [Event::Fetched(Ok(own(proof, Profile::default())))]);
        assert!(matches!(state, State::Own(_, Page::Card)));
    }

    #[test]
    fn a_number_of_nobody_is_told_only_to_who_has_the_phone() {
        let mut state = State::Code(way(), TypedCode::sent(60));
        after(&mut state, digits("123456"));
        after(&mut state, [Event::Next, Event::Checked(Err(Refusal::NoMember))]);
        assert!(matches!(state, State::NoMember(_)));
        after(&mut state, [Event::Back]);
        assert!(matches!(&state, State::Number(typed) if !typed.is_empty()));
    }

    #[test]
    fn a_link_by_message_opens_the_card_and_one_from_a_screen_asks_for_a_code() {
        let link = || Event::Open { link: Some("7.abc".into()) };
        let mut state = State::default();
        assert!(after(&mut state, [link()]) == [Effect::Open { link: "7.abc".into() }]);
        assert!(after(&mut state, [Event::Opened(Ok(true))]) == [Effect::Fetch(Access::OwnPhone)]);
        assert!(after(&mut state, [link(), Event::Opened(Ok(false))]).contains(&Effect::Ask(Way::OwnPhone)));
    }

    #[test]
    fn who_comes_to_the_code_too_late_is_told_and_not_asked_again() {
        let asking = || State::Asking(Way::OwnPhone);
        let code = || State::Code(Way::OwnPhone, TypedCode::sent(60));
        let (asked, checked) = (Event::Asked(Err(Refusal::NoDevice)), Event::Checked(Err(Refusal::NoDevice)));
        for (mut state, event) in [(asking(), asked), (code(), checked)] {
            after(&mut state, [event]);
            assert!(matches!(state, State::NotOpened { why: Refusal::NoDevice, .. }));
        }
    }

    #[test]
    fn a_link_that_did_not_open_for_want_of_the_network_is_tried_again() {
        let mut state = State::default();
        let link = || Event::Open { link: Some("7.abc".into()) };
        after(&mut state, [link(), Event::Opened(Err(Refusal::NoAnswer))]);
        assert!(after(&mut state, [Event::Again]) == [Effect::Open { link: "7.abc".into() }]);
    }

    #[test]
    fn a_phone_that_knows_the_card_needs_no_link_and_one_that_was_left_before_the_code_asks_again() {
        let link = || Event::Open { link: Some("7.abc".into()) };
        let mut state = State::default();
        let fetched = after(&mut state, [link(), Event::Opened(Err(Refusal::Code))]);
        assert!(fetched.contains(&Effect::Fetch(Access::OwnPhone)));
        after(&mut state, [Event::Fetched(Err(Refusal::NoDevice))]);
        assert!(matches!(state, State::NotOpened { why: Refusal::Code, .. }));
        after(&mut state, [Event::Open { link: None }]);
        assert!(after(&mut state, [Event::Fetched(Err(Refusal::NoProof))]) == [Effect::Ask(Way::OwnPhone)]);
    }

    #[test]
    fn a_link_that_stands_on_the_screen_is_sent_as_they_like() {
        for by in [LinkWay::Sms, LinkWay::Email] {
            let mut state = shown(Profile::default());
            after(&mut state, [Event::Go(Place::Link), Event::Linked(Ok("https://polka.example.com".into()))]);
            let card = "96438201745519283745".to_owned();
            assert!(after(&mut state, [Event::SendLink(by)]) == [Effect::Link { card, by }]);
            after(&mut state, [Event::Done(Done::Link, Ok(()))]);
            assert!(matches!(state, State::Own(_, Page::LinkSent)));
        }
    }

    #[test]
    fn another_number_needs_a_code_from_there() {
        let mut state = shown(Profile::default());
        after(&mut state, [Event::Go(Place::NewNumber)]);
        after(&mut state, digits("9161234567"));
        assert!(after(&mut state, [Event::Next]) == [Effect::AskNewNumber(Access::OwnPhone, phone())]);
        after(&mut state, [Event::Asked(Ok(60))]);
        after(&mut state, digits("123456"));
        let changed = Effect::ChangeNumber(Access::OwnPhone, phone(), "123456".into());
        assert!(after(&mut state, [Event::Next]) == [changed]);
        after(&mut state, [Event::Done(Done::NewNumber, Err(Refusal::Code))]);
        assert!(matches!(state, State::Own(_, Page::NewNumberCode(..))));
        after(
            &mut state,
            [Event::Key(Key::Erase), Event::Key(Key::Digit(7)), Event::Next, Event::Done(Done::NewNumber, Ok(()))],
        );
        assert!(matches!(state, State::Own(_, Page::NumberChanged)));
    }

    #[test]
    fn nothing_is_erased_without_a_second_question() {
        let mut state = shown(Profile::default());
        assert!(after(&mut state, [Event::EraseAll]).is_empty());
        assert!(
            after(&mut state, [Event::Go(Place::Erasure), Event::EraseAll]) == [Effect::EraseAll(Access::OwnPhone)]
        );
        after(&mut state, [Event::Done(Done::Erasure, Ok(()))]);
        assert!(matches!(state, State::Erased));
    }

    #[test]
    fn when_the_proof_is_over_nothing_of_them_is_left() {
        let mut state = State::Fetching { access: Access::Proof("1.x".into()), is_link_over: false };
        after(&mut state, [Event::Fetched(Ok(own(Access::Proof("1.x".into()), Profile::default())))]);
        after(&mut state, [Event::Go(Place::Data), Event::DataCame(Err(Refusal::NoProof))]);
        assert!(matches!(state, State::Over));
    }

    #[test]
    fn the_digits_on_the_card_change_each_minute_and_are_fetched_before_they_run_out() {
        let mut own = own(Access::OwnPhone, Profile::default());
        let code = |minute: i64| CardCode { code: format!("{minute:06}"), from_ms: minute * 60_000 };
        own.card.codes = (100..160).map(code).collect();
        assert_eq!(own.code_at(100 * 60_000).as_deref(), Some("000100"));
        assert_eq!(own.code_at(100 * 60_000 + 59_999).as_deref(), Some("000100"));
        assert_eq!(own.code_at(101 * 60_000).as_deref(), Some("000101"));
        assert_eq!(own.code_at(160 * 60_000), None);
        assert!(!own.runs_out(149 * 60_000));
        assert!(own.runs_out(149 * 60_000 + 1));
        own.access = Access::Proof("1.x".into());
        assert!(!own.runs_out(170 * 60_000));
    }

    #[test]
    fn a_list_is_fetched_when_somebody_looks_at_it_and_cleared_as_they_saw_it() {
        let mut state = shown(Profile::default());
        assert!(after(&mut state, [Event::Go(Place::List)]) == [Effect::FetchList(Access::OwnPhone)]);
        let list = OwnShoppingList { items: "9520000000004-2".into(), changed_ms: Some(1) };
        after(&mut state, [Event::ListCame(Ok(list))]);
        let cleared = Effect::ClearList(Access::OwnPhone, "9520000000004-2".into());
        assert!(after(&mut state, [Event::ClearList]) == [cleared]);
        assert!(after(&mut state, [Event::Done(Done::List, Ok(()))]) == [Effect::FetchList(Access::OwnPhone)]);
        after(&mut state, [Event::ListCame(Ok(OwnShoppingList::default()))]);
        assert!(matches!(&state, State::Own(_, Page::List(Some(list))) if list.items.is_empty()));
        after(&mut state, [Event::Go(Place::List), Event::ListCame(Err(Refusal::NoProof))]);
        assert!(matches!(state, State::NotOpened { .. } | State::Over));
    }

    #[test]
    fn an_offer_holds_when_the_store_has_taken_that() {
        let mut own = own(Access::OwnPhone, Profile::default());
        own.offers = [7, 8].map(offer).into();
        let mut state = State::Own(own, Page::Offers);
        assert!(after(&mut state, [Event::Activate(8)]) == [Effect::Activate(Access::OwnPhone, 8)]);
        after(&mut state, [Event::Done(Done::Offer(8), Ok(()))]);
        let activated = |state: &State| match state {
            State::Own(own, Page::Offers) => own.offers.iter().map(|offer| offer.is_activated).collect(),
            _ => vec![],
        };
        assert_eq!(activated(&state), [false, true]);
        after(&mut state, [Event::Activate(7), Event::Done(Done::Offer(7), Err(Refusal::NoAnswer))]);
        assert!(matches!(&state, State::Own(own, Page::NotDone(_)) if !own.offers[0].is_activated));
    }

    #[test]
    fn a_card_without_the_network_is_still_a_card() {
        let mut state = shown(Profile::default());
        assert!(after(&mut state, [Event::CardEnds]) == [Effect::FetchCard(Access::OwnPhone)]);
        let code = CardCode { code: "482901".into(), from_ms: 0 };
        let codes = vec![code.clone()];
        let card = OwnCardResponse { card_number: "96438201745519283745".into(), can_spend: true, codes };
        after(&mut state, [Event::CardCame(Ok(card)), Event::CardCame(Err(Refusal::NoAnswer))]);
        assert!(matches!(&state, State::Own(own, Page::Card) if own.card.codes == [code]));
    }
}
