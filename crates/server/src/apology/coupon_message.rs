//! A coupon as a message: what it is worth in words, until when, and its code.

use anyhow::Result;
use polka_domain::{Currency, Gtin};
use polka_ledger::{Goods, Terms, Worth};
use sqlx::AnyConnection;

use super::Way;
use crate::coupons;
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::in_language;
use crate::messages::{self, Message, Recipient, Words};
use crate::price_check::rows::names;
use crate::writes::Write;

/// Of what is not in the alphabet of GSM alone, an SMS of one part has so many UTF-16 units: 3GPP TS 23.040.
const SMS_UNITS: usize = 70;
/// Of a larger sum, in minor units, the words find no room in it.
const LARGEST_IN_SMS: i64 = 100_000_000;

/// A coupon that is to be sent.
pub(super) struct Sent {
    /// Under which its message is queued.
    pub(super) key: String,
    pub(super) coupon_id: i64,
    pub(super) terms: Terms,
    /// So often it may be used.
    pub(super) uses: i64,
}

/// Whether one SMS has room for what stands on a coupon: once a sum or a part of all goods, or one product for nothing.
pub(super) fn fits_sms(terms: &Terms, uses: i64) -> bool {
    let is_short = match terms.worth {
        Worth::Amount(_) | Worth::Percent { .. } => terms.goods == Goods::All,
        Worth::FreeItem { .. } => matches!(terms.goods, Goods::Product(_)),
    };
    let is_small = coupons::most_minor_units(terms) <= LARGEST_IN_SMS;
    is_short && is_small && uses == 1 && terms.least_minor_units == 0 && terms.store.is_none()
}

/// Sends a coupon by a way and in a language, where it does not go out on paper.
pub(super) async fn send(
    connection: &mut AnyConnection,
    services: &Services,
    sent: Sent,
    (way, language): (&Way, &str),
    write: &Write,
) -> Result<()> {
    let in_words = InWords {
        words: words(language)?,
        language,
        currency: services.store.currency,
        product: match sent.terms.goods {
            Goods::Product(gtin) => product_name(connection, write.store_id, gtin, language).await?,
            Goods::All | Goods::Category(_) => String::new(),
        },
    };
    let code = coupons::code_of(&services.secrets, sent.coupon_id);
    let (to, subject, text) = match way {
        // A message of one part has no room for spaces.
        Way::Sms(phone) => (Recipient::Sms(phone.e164()), "", in_words.sms(&sent.terms, code.as_str())),
        Way::Email(email) => {
            let mail = in_language(
                language,
                include_str!("../../messages/coupon_email.ru.txt"),
                include_str!("../../messages/coupon_email.en.txt"),
            )?;
            let (subject, text) = mail.split_once("\n\n").unwrap_or(("", mail));
            let text = text.replace("{code}", &code.groups().join(" ")).replace("{day}", &day(&sent.terms));
            let worth = in_words.worth(&sent.terms, sent.uses, &services.store.name);
            (Recipient::Email(email.clone()), subject, text.replace("{worth}", &worth))
        }
        Way::Points(_) | Way::Paper => return Ok(()),
    };
    let message = Message {
        store_id: write.store_id,
        to,
        kind: "coupon",
        subject: subject.to_owned(),
        text,
        key: sent.key,
        expires_ms: None,
    };
    messages::queue(connection, &services.secrets, &message, write.taken_ms).await.map(drop)
}

fn words(language: &str) -> Result<Words, ApiError> {
    let (russian, english) =
        (include_str!("../../messages/coupon_words.ru.txt"), include_str!("../../messages/coupon_words.en.txt"));
    in_language(language, russian, english).map(Words)
}

/// What the store calls a product, in a language; one that it does not sell any more has its number alone.
async fn product_name(connection: &mut AnyConnection, store_id: i64, gtin: Gtin, language: &str) -> Result<String> {
    Ok(match names(connection, store_id, gtin).await? {
        Some((_, Some(english))) if language == "en" => english,
        Some((name, _)) => name,
        None => gtin.to_string(),
    })
}

fn day(terms: &Terms) -> String {
    terms.last_day.strftime("%d.%m.%y").to_string()
}

/// What makes words of a coupon's terms. What a chain has named is filled in last: no brace in it is taken for one of
/// ours.
struct InWords<'a> {
    words: Words,
    language: &'a str,
    currency: Currency,
    /// What the product is called that it is for, where it is for one.
    product: String,
}

impl InWords<'_> {
    /// All that stands on it, for a mail.
    fn worth(&self, terms: &Terms, uses: i64, store: &str) -> String {
        let with = |name: &str, (of, with): (&str, &str)| self.words.get(name).replace(of, with);
        let goods = match &terms.goods {
            Goods::All => None,
            Goods::Product(_) => Some(with("product", ("{name}", &self.product))),
            Goods::Category(category) => Some(with("category", ("{name}", category))),
        };
        let least_money = (terms.least_minor_units > 0).then(|| self.money(terms.least_minor_units));
        let least = least_money.map(|money| with("least", ("{money}", &money)));
        let here = terms.store.is_some().then(|| with("here", ("{name}", store)));
        let uses = (uses > 1).then(|| with("uses", ("{count}", &uses.to_string())));
        let worth = self.fill(worth_name(terms, ["amount", "percent", "item"]), terms);
        [Some(worth), goods, least, here, uses].into_iter().flatten().collect::<Vec<_>>().join(". ")
    }

    /// The same in one SMS, where it fits: whatever it is, the code and the day stand in it whole.
    fn sms(&self, terms: &Terms, code: &str) -> String {
        let text = self.fill(worth_name(terms, ["sms_amount", "sms_percent", "sms_item"]), terms);
        let text = text.replace("{code}", code).replace("{day}", &day(terms));
        let room = SMS_UNITS.saturating_sub(units(&text.replace("{name}", "")));
        let text = text.replace("{name}", &shortened(&self.product, room));
        let sorry = format!("{} {text}", self.words.get("sorry"));
        if units(&sorry) <= SMS_UNITS { sorry } else { text }
    }

    fn fill(&self, name: &str, terms: &Terms) -> String {
        let percent = match terms.worth {
            Worth::Percent { percent, .. } => percent,
            Worth::Amount(_) | Worth::FreeItem { .. } => 0,
        };
        let money = self.money(coupons::most_minor_units(terms));
        self.words.get(name).replace("{money}", &money).replace("{percent}", &percent.to_string())
    }

    fn money(&self, minor_units: i64) -> String {
        money_in_words(minor_units, self.currency, self.language)
    }
}

fn worth_name(terms: &Terms, [amount, percent, item]: [&'static str; 3]) -> &'static str {
    match terms.worth {
        Worth::Amount(_) => amount,
        Worth::Percent { .. } => percent,
        Worth::FreeItem { .. } => item,
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// As much of a name as finds room, and a mark where it goes on.
fn shortened(name: &str, room_units: usize) -> String {
    if units(name) <= room_units {
        return name.to_owned();
    }
    let mut left = room_units.saturating_sub(1);
    let fits = |letter: &char| {
        let is_there = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        is_there
    };
    let begin: String = name.chars().take_while(fits).collect();
    format!("{}…", begin.trim_end())
}

/// `100 ₽`, `99,90 ₽`; in English `99.90 ₽`.
pub(crate) fn money_in_words(minor_units: i64, currency: Currency, language: &str) -> String {
    let point = if language == "ru" { ',' } else { '.' };
    let sign = match currency.code() {
        "RUB" => "₽",
        other => other,
    };
    match (minor_units / 100, minor_units % 100) {
        (units, 0) => format!("{units} {sign}"),
        (units, parts) => format!("{units}{point}{parts:02} {sign}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(worth: Worth, goods: Goods) -> Terms {
        let day = |text: &str| text.parse().expect("a day");
        let (first_day, last_day) = (day("2026-12-01"), day("2026-12-31"));
        Terms { worth, goods, least_minor_units: 0, first_day, last_day, store: None }
    }

    fn in_words<'a>(language: &'a str, currency: &str, product: &str) -> InWords<'a> {
        let (words, currency) = (words(language).expect("words"), currency.parse().expect("a currency"));
        InWords { words, language, currency, product: product.to_owned() }
    }

    fn milk() -> Goods {
        Goods::Product("4607025392408".parse().expect("a GTIN"))
    }

    const CODE: &str = "9999999999999999999999999999";

    proptest! {
        #[test]
        fn whatever_fits_into_an_sms_is_one_of_seventy_characters_with_its_code_and_day(
            minor_units in 1..=LARGEST_IN_SMS,
            percent in 1..=100_i64,
            product in ".{1,120}",
            language in prop_oneof!["ru", "en"],
            currency in prop_oneof!["RUB", "KZT"],
        ) {
            let most_minor_units = Some(minor_units);
            for terms in [
                terms(Worth::Amount(minor_units), Goods::All),
                terms(Worth::Percent { percent, most_minor_units }, Goods::All),
                terms(Worth::FreeItem { most_minor_units: minor_units }, milk()),
            ] {
                prop_assert!(fits_sms(&terms, 1) && !fits_sms(&terms, 2));
                let sms = in_words(&language, &currency, &product).sms(&terms, CODE);
                prop_assert!(units(&sms) <= SMS_UNITS, "{sms}");
                prop_assert!(sms.ends_with(&format!("31.12.26: {CODE}")), "{sms}");
            }
        }
    }

    #[test]
    fn an_sms_says_what_the_coupon_gives() {
        let sms =
            |language, terms: &Terms| in_words(language, "RUB", "Молоко «Домик в деревне» 3,2 %").sms(terms, CODE);
        let of = [
            terms(Worth::Amount(10_000), Goods::All),
            terms(Worth::Percent { percent: 10, most_minor_units: Some(30_000) }, Goods::All),
            terms(Worth::FreeItem { most_minor_units: 8_990 }, milk()),
        ];
        let all: Vec<_> =
            ["ru", "en"].iter().flat_map(|language| of.iter().map(|terms| sms(language, terms))).collect();
        insta::assert_snapshot!(all.join("\n"), @r"
        Простите! Купон 100 ₽ до 31.12.26: 9999999999999999999999999999
        Простите! -10 % (до 300 ₽) по 31.12.26: 9999999999999999999999999999
        Бесплатно: Молоко «Домик в… по 31.12.26: 9999999999999999999999999999
        Sorry! Coupon 100 ₽ till 31.12.26: 9999999999999999999999999999
        Sorry! -10% (max 300 ₽) till 31.12.26: 9999999999999999999999999999
        Free: Молоко «Домик в дер… till 31.12.26: 9999999999999999999999999999
        ");
    }

    #[test]
    fn a_mail_says_all_that_stands_on_the_coupon() {
        let mut some = terms(Worth::Percent { percent: 10, most_minor_units: Some(30_050) }, milk());
        (some.least_minor_units, some.store) = (50_000, Some(1));
        let category = terms(Worth::Amount(10_000), Goods::Category("Сыр {worth}".into()));
        assert!(!fits_sms(&some, 1) && !fits_sms(&category, 1));
        let all = ["ru", "en"].map(|language| {
            let words = in_words(language, "RUB", "Молоко {money}");
            [words.worth(&some, 1, "На Мира"), words.worth(&category, 3, "На Мира")].join("\n")
        });
        insta::assert_snapshot!(all.join("\n"), @r"
        скидка 10 %, не больше 300,50 ₽. Товар: Молоко {money}. Чек от 500 ₽. Только в магазине «На Мира»
        100 ₽. Товары: Сыр {worth}. Можно использовать раз: 3
        10% off, 300.50 ₽ at most. Product: Молоко {money}. Receipt of 500 ₽ or more. Only in the store “На Мира”
        100 ₽. Products: Сыр {worth}. Times it may be used: 3
        ");
    }
}
