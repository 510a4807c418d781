//! What it asks the server: each with what shows whose card it is, the proof or the phone itself.

use gloo_net::http::Method;
use polka_contract::{
    CodeResponse, ConsentKind, DoneResponse, ErasureRequest, ErasureResponse, LinkWay, NumberRequest,
    OfferActivationRequest, OffersResponse, OpenLinkRequest, OwnCardResponse, OwnCodeRequest, OwnConsentRequest,
    OwnDataResponse, OwnPhoneResponse, OwnProofRequest, OwnShoppingListRequest, PointsResponse, Profile, ProofRequest,
    ProofResponse, paths,
};
use polka_domain::Phone;

use super::state::{Access, Done, Event, Own, Way};
use crate::api::Server;
use crate::api::members::{CONSENT_TEXT_VERSION, Refusal, ask_for_code, make_link, read, write, write_under};
use crate::i18n::Locale;

fn proof(access: &Access) -> Option<&str> {
    match access {
        Access::Proof(proof) => Some(proof),
        Access::OwnPhone => None,
    }
}

/// Makes this phone the one that a link is for.
pub(super) async fn open(server: Server, link: String, key: &str) -> Event {
    let asked = OpenLinkRequest { link };
    let opened = write_under::<OwnPhoneResponse>(server, key, Method::POST, paths::MEMBER_PHONES, None, &asked);
    Event::Opened(opened.await.map(|opened| opened.is_proved))
}

/// Asks for a code to the number that is to be shown as theirs.
pub(super) async fn ask(server: Server, way: Way, locale: Locale) -> Event {
    Event::Asked(match way {
        Way::Number { phone, .. } => ask_for_code(server, phone, locale).await,
        Way::OwnPhone => ask_own(server, &Access::OwnPhone, None, locale).await,
    })
}

/// Asks for a code to a number that is to be theirs.
pub(super) async fn ask_new_number(server: Server, access: Access, phone: Phone, locale: Locale) -> Event {
    Event::Asked(ask_own(server, &access, Some(phone), locale).await)
}

async fn ask_own(server: Server, access: &Access, phone: Option<Phone>, locale: Locale) -> Result<u32, Refusal> {
    let asked = OwnCodeRequest { phone: phone.map(Phone::e164), language: locale.code().into() };
    let sent: CodeResponse = write(server, Method::POST, paths::OWN_CODES, proof(access), &asked).await?;
    Ok(sent.again_after_s)
}

/// Asks whether a code is the one that was sent.
pub(super) async fn check(server: Server, way: Way, code: String) -> Event {
    Event::Checked(match way {
        Way::Number { phone, .. } => {
            let asked = ProofRequest { phone: phone.e164(), code, card_number: None };
            let proved = write::<ProofResponse>(server, Method::POST, paths::MEMBER_PROOFS, None, &asked).await;
            proved.map(|proved| Access::Proof(proved.proof))
        }
        Way::OwnPhone => {
            let asked = OwnProofRequest { code };
            let proved = write::<OwnPhoneResponse>(server, Method::POST, paths::OWN_PROOFS, None, &asked).await;
            proved.map(|_| Access::OwnPhone)
        }
    })
}

/// Fetches what is theirs.
pub(super) async fn fetch(server: Server, access: Access) -> Event {
    Event::Fetched(own(server, access).await.map(Box::new))
}

async fn own(server: Server, access: Access) -> Result<Own, Refusal> {
    let proof = proof(&access);
    let card = read::<OwnCardResponse>(server, paths::OWN_CARD, proof).await?;
    let points = read::<PointsResponse>(server, paths::MEMBER_POINTS, proof).await?;
    let profile = read::<Profile>(server, paths::OWN_PROFILE, proof).await?;
    let offers = read::<OffersResponse>(server, paths::OWN_OFFERS, proof).await?.offers;
    Ok(Own { access, card, points, profile, offers })
}

/// Fetches the card with further digits.
pub(super) async fn fetch_card(server: Server, access: Access) -> Event {
    Event::CardCame(read(server, paths::OWN_CARD, proof(&access)).await)
}

/// Keeps what they tell of themselves.
pub(super) async fn save(server: Server, access: Access, profile: Profile) -> Event {
    let saved = write::<Profile>(server, Method::PUT, paths::OWN_PROFILE, proof(&access), &profile).await;
    Event::Saved(saved.map(drop))
}

/// A link for their own phone, shown or sent.
pub(super) async fn link(server: Server, card: String, by: LinkWay, locale: Locale) -> Event {
    let link = make_link(server, card, by, locale).await;
    match by {
        LinkWay::Screen => Event::Linked(link.and_then(|url| url.ok_or(Refusal::NoAnswer))),
        LinkWay::Sms | LinkWay::Email | LinkWay::Print => Event::Done(Done::Link, link.map(drop)),
    }
}

/// Switches a personal offer on.
pub(super) async fn activate(server: Server, access: Access, offer_id: i64, made_ms: i64) -> Event {
    let path = paths::OWN_OFFER_ACTIVATION.replace("{offer_id}", &offer_id.to_string());
    let said = OfferActivationRequest { made_ms };
    let done = write::<DoneResponse>(server, Method::POST, &path, proof(&access), &said).await;
    Event::Done(Done::Offer(offer_id), done.map(drop))
}

/// Fetches what they want to buy.
pub(super) async fn fetch_list(server: Server, access: Access) -> Event {
    Event::ListCame(read(server, paths::OWN_SHOPPING_LIST, proof(&access)).await)
}

/// Clears the list that they saw.
pub(super) async fn clear_list(server: Server, access: Access, seen: String) -> Event {
    let said = OwnShoppingListRequest { items: String::new(), seen: Some(seen) };
    let done = write::<DoneResponse>(server, Method::PUT, paths::OWN_SHOPPING_LIST, proof(&access), &said).await;
    Event::Done(Done::List, done.map(drop))
}

/// Fetches all that is kept about them.
pub(super) async fn fetch_data(server: Server, access: Access) -> Event {
    Event::DataCame(read::<OwnDataResponse>(server, paths::MEMBER_SELF, proof(&access)).await.map(Box::new))
}

/// Keeps whether they want to hear of offers.
pub(super) async fn keep_offers(server: Server, access: Access, is_given: bool, made_ms: i64) -> Event {
    let kind = ConsentKind::Marketing;
    let said = OwnConsentRequest { kind, text_version: CONSENT_TEXT_VERSION.into(), is_given, made_ms };
    let kept = write::<DoneResponse>(server, Method::POST, paths::OWN_CONSENTS, proof(&access), &said).await;
    Event::Done(Done::Consent, kept.map(drop))
}

/// Erases all that leads to them.
pub(super) async fn erase(server: Server, access: Access, made_ms: i64) -> Event {
    let said = ErasureRequest { made_ms };
    let erased = write::<ErasureResponse>(server, Method::POST, paths::MEMBER_ERASURE, proof(&access), &said).await;
    Event::Done(Done::Erasure, erased.map(drop))
}

/// Gives them another number, by the code that came there.
pub(super) async fn change_number(server: Server, access: Access, phone: Phone, code: String) -> Event {
    let said = NumberRequest { phone: phone.e164(), code };
    let changed = write::<DoneResponse>(server, Method::POST, paths::OWN_NUMBER, proof(&access), &said).await;
    Event::Done(Done::NewNumber, changed.map(drop))
}

/// Makes this phone nobody's again.
pub(super) async fn end(server: Server) -> Event {
    let ended = write::<DoneResponse>(server, Method::POST, paths::OWN_PHONE_END, None, &DoneResponse {}).await;
    Event::Done(Done::End, ended.map(drop))
}
