//! What a voice should say where a text stands on the screen: «89,90 ₽» is «89 рублей 90 копеек».
//!
//! Pure: it knows no voice and no browser, and takes any text. The words and the tables are
//! `locales/*/spoken.json`, where `|` parts the forms of a word, `;` the entries of a table, and `_` stands for
//! a space. Here is the one pass from left to right; `written.rs` reads numbers and abbreviations, `said.rs` has
//! their words. Each look ahead is at most a word, a number or a date, so the time is linear.

mod said;
mod written;

use crate::i18n::Locale;
use crate::words::spoken as words;
use said::{form, is_in};
use written::{
    Kind, LONGEST_SHORT_FORM, Number, UNITS, abbreviation, behind_space, digits, letters, starts_with_digit,
};

/// From here on a run of digits is a code, said digit by digit: an EAN-8 is the shortest barcode.
const SHORTEST_CODE_DIGITS: usize = 8;
/// How feeds write "times": signs, Latin letters, and the Cyrillic letters that look the same.
const TIMES: [char; 6] = ['×', '*', 'x', 'X', '\u{445}', '\u{425}'];
/// What is seen and not said.
const SILENT: &str = "«»„“”\"*®™©_~^`|=[]{}<>•·";

/// What a voice should say for a text as it stands on the screen.
pub(super) fn pronounce(text: &str, locale: Locale) -> String {
    let mut speech = Speech {
        locale,
        rest: text,
        before: ' ',
        word_before: "",
        is_after_number: false,
        is_apart: false,
        said: String::with_capacity(2 * text.len()),
    };
    while let Some(next) = speech.rest.chars().next() {
        if next.is_ascii_digit() {
            speech.number();
        } else if next.is_alphabetic() {
            speech.word();
        } else {
            speech.sign(next);
        }
    }
    speech.said
}

struct Speech<'a> {
    locale: Locale,
    rest: &'a str,
    /// The last character that was read.
    before: char,
    /// The word just before, where nothing but a space stands between.
    word_before: &'a str,
    is_after_number: bool,
    /// Whether a space is due before the next word.
    is_apart: bool,
    said: String,
}

impl<'a> Speech<'a> {
    fn read(&mut self, length: usize) -> &'a str {
        let (read, rest) = self.rest.split_at(length);
        self.before = read.chars().next_back().unwrap_or(self.before);
        self.rest = rest;
        read
    }

    fn number(&mut self) {
        let length = digits(self.rest);
        self.is_after_number = true;
        // `A4`: the letter has been said as it is.
        let is_glued = self.before.is_alphabetic() && !self.is_apart;
        if length >= SHORTEST_CODE_DIGITS {
            for _ in 0..length {
                let digit = self.read(1);
                self.say_apart(digit);
            }
        } else if is_glued {
            self.verbatim();
        } else if !self.date() && !self.time() {
            self.quantity();
        }
        self.word_before = "";
    }

    /// Digits and the points between them as they stand.
    fn verbatim(&mut self) {
        let is_other = |c: char| !c.is_ascii_digit() && c != '.' && c != ',';
        let end = self.rest.find(is_other).unwrap_or(self.rest.len());
        let read = self.read(self.rest[..end].trim_end_matches(['.', ',']).len());
        self.say(read);
    }

    /// A number with its unit, and what it is multiplied by.
    fn quantity(&mut self) {
        let Some(number) = Number::read(self.rest, self.locale) else { return self.verbatim() };
        let unit = self.unit_behind(&number);
        self.read(number.length);
        self.is_after_number = unit.is_none();
        match unit {
            Some((kind, forms, length)) => {
                self.read(length);
                if kind == Kind::Currency {
                    self.say_money(&number, forms);
                } else {
                    self.say_quantity(&number, forms);
                }
            }
            None if number.decimals.is_empty() => self.say(&number.digits),
            None => self.say_decimal(&number),
        }
        let behind = self.rest.trim_start();
        let Some(factor) = behind.strip_prefix(TIMES).map(str::trim_start).filter(|it| starts_with_digit(it)) else {
            return;
        };
        // Six times 0.2 litres are packs; 20 by 30 centimetres are none.
        let each = Number::read(factor, self.locale).and_then(|each| {
            let behind = &factor[each.length..];
            abbreviation(behind_space(behind).0, self.locale, &UNITS)
        });
        let is_count = unit.is_none() && number.decimals.is_empty() && matches!(each, Some((Kind::Unit, ..)));
        self.read(self.rest.len() - factor.len());
        self.say_apart(if is_count { words::times_each(self.locale) } else { words::by(self.locale) });
    }

    /// The unit of a number at the start of the rest, and its length with the space before it.
    fn unit_behind(&self, number: &Number) -> Option<(Kind, &'static str, usize)> {
        let (behind, space) = behind_space(&self.rest[number.length..]);
        let (kind, forms, length) = abbreviation(behind, self.locale, &UNITS)?;
        (kind != Kind::ShortForm).then_some((kind, forms, space + length))
    }

    /// «31 декабря», «31 декабря 2027 г.», «31.12.2027», «2027 г.».
    fn date(&mut self) -> bool {
        let (text, locale) = (self.rest, self.locale);
        let mark = words::year_mark(locale);
        let year = |text: &str| {
            let is_near = text.starts_with("19") || text.starts_with("20");
            is_near && digits(text) == 4 && !text[4..].starts_with(char::is_alphanumeric)
        };
        // The year's own word, which is said anyway.
        let mark_behind = |text: &str| {
            let (behind, space) = behind_space(text);
            if !mark.is_empty() && behind.starts_with(mark) { space + mark.len() } else { 0 }
        };
        if year(text) {
            let length = mark_behind(&text[4..]);
            if length > 0 {
                let read = self.read(4 + length);
                self.say_year(&read[..4]);
            }
            return length > 0;
        }
        let day_length = digits(text);
        let Some(day) = text[..day_length].parse().ok().filter(|day| (1..=31).contains(day)) else { return false };
        let behind = &text[day_length..];
        let (month, length, has_year) = if let Some(numeric) = behind.strip_prefix('.') {
            let is_date = digits(numeric) == 2 && numeric[2..].starts_with('.') && year(&numeric[3..]);
            let month = numeric.get(..2).filter(|_| is_date).and_then(|month| month.parse().ok());
            let Some(month @ 1..=12) = month else { return false };
            (month - 1, day_length + 4, true)
        } else {
            let (word, space) = behind_space(behind);
            let length = letters(word);
            let month = words::months(locale).split('|').position(|month| month == &word[..length]);
            let Some(month) = month else { return false };
            let (behind, space_before_year) = behind_space(&word[length..]);
            let has_year = year(behind);
            (month, day_length + space + length + if has_year { space_before_year } else { 0 }, has_year)
        };
        self.say_ordinal(day, self.takes_accusative());
        self.say_apart(words::day_of_month(locale));
        self.say_apart(form(words::months(locale), month));
        self.read(length);
        if has_year {
            let read = self.read(4);
            self.say_year(read);
            self.read(mark_behind(self.rest));
        }
        true
    }

    /// «14:05». A scale like 1:24 is no time.
    fn time(&mut self) -> bool {
        let (text, locale) = (self.rest, self.locale);
        let is_time = digits(text) == 2 && text[2..].starts_with(':') && digits(&text[3..]) == 2;
        if !is_time || self.before == ':' || text[5..].starts_with(':') {
            return false;
        }
        let (Ok(hour @ 0..24), Ok(minute @ 0..60)) = (text[..2].parse::<u64>(), text[3..5].parse::<u64>()) else {
            return false;
        };
        self.read(5);
        let minutes = words::minutes(locale);
        if minute > 0 && minutes.is_empty() {
            self.say_apart(&hour.to_string());
            self.say_apart(&text[3..5]);
            return true;
        }
        self.say_count(hour, &hour.to_string(), words::hours(locale));
        if minute > 0 {
            self.say_count(minute, &minute.to_string(), minutes);
        }
        true
    }

    /// Says a sum whose currency stands before it, and tells whether it is one.
    fn sum(&mut self, forms: &str, length: usize) -> bool {
        let (behind, space) = behind_space(&self.rest[length..]);
        let Some(number) = Number::read(behind, self.locale) else { return false };
        self.read(length + space + number.length);
        self.say_money(&number, forms);
        true
    }

    fn word(&mut self) {
        let before = std::mem::take(&mut self.word_before);
        self.is_after_number = false;
        match abbreviation(self.rest, self.locale, &[Kind::Currency, Kind::ShortForm]) {
            // `RUB 89.90`; in other letters it is a word.
            Some((Kind::Currency, forms, length)) => {
                let is_code = self.rest[..length].bytes().all(|byte| byte.is_ascii_uppercase());
                if is_code && self.sum(forms, length) {
                    return;
                }
            }
            Some((_, meaning, length)) => {
                // `No. 5`, but «Yes or no.»
                let is_number = meaning == "#";
                if !is_number || starts_with_digit(behind_space(&self.rest[length..]).0) {
                    self.read(length);
                    let place = usize::from(before == words::in_word(self.locale));
                    return self.say_apart(if is_number { words::number(self.locale) } else { form(meaning, place) });
                }
            }
            None => {}
        }
        let word = self.read(letters(self.rest));
        self.say(word);
        self.word_before = word;
        if word.len() < LONGEST_SHORT_FORM && is_in(words::shelf_words(self.locale), &word.to_lowercase()) {
            self.shelf_label();
        }
    }

    /// Says the number of an aisle, a bay or a shelf in words: its letter, if any, is no unit.
    fn shelf_label(&mut self) {
        let (label, space) = behind_space(self.rest);
        let length = digits(label);
        let Ok(n @ 0..100) = label[..length].parse() else { return };
        let (behind, wide) = behind_space(&label[length..]);
        let is_decimal = behind.strip_prefix(['.', ',']).is_some_and(starts_with_digit);
        let is_size = match abbreviation(behind, self.locale, &UNITS) {
            Some((kind, _, length)) => kind != Kind::ShortForm && (wide > 0 || behind[..length].chars().count() > 1),
            None => false,
        };
        if space > 0 && !is_decimal && !is_size {
            self.read(space + length);
            self.say_in_words(n, false);
            self.is_after_number = true;
            self.word_before = "";
        }
    }

    /// What is neither a letter nor a digit.
    fn sign(&mut self, sign: char) {
        let (before, locale) = (self.before, self.locale);
        if let Some((_, forms, length)) = abbreviation(self.rest, locale, &[Kind::Currency])
            && self.sum(forms, length)
        {
            return;
        }
        self.read(sign.len_utf8());
        if sign.is_whitespace() || sign.is_control() || SILENT.contains(sign) {
            self.is_apart = true;
            return;
        }
        let word_before = std::mem::take(&mut self.word_before);
        let is_after_number = std::mem::take(&mut self.is_after_number);
        let is_before_digit = starts_with_digit(self.rest);
        let is_between_letters = before.is_alphabetic() && self.rest.starts_with(char::is_alphabetic);
        match sign {
            '+' => self.say_apart(words::plus(locale)),
            '&' => self.say_apart(words::and(locale)),
            '×' => self.say_apart(words::by(locale)),
            '№' | '#' if behind_space(self.rest).0.starts_with(char::is_alphanumeric) => {
                self.say_apart(words::number(locale));
            }
            '№' | '#' => self.is_apart = true,
            // A range, else the groups of a number: a pause.
            '-' | '−' | '–' if is_before_digit && is_after_number => self.say_apart("—"),
            '-' | '−' if is_before_digit && (before.is_whitespace() || before == '(') => {
                self.say_apart(words::minus(locale));
            }
            '/' if is_before_digit && is_after_number => self.say("/"),
            '/' | '\\' => {
                // A pause between two words, not within a short form that is not known.
                let is_choice = is_between_letters && word_before.chars().nth(1).is_some();
                self.said.push_str(if is_choice { "," } else { "" });
                self.is_apart = true;
            }
            '.' if is_between_letters && !self.rest.starts_with(|c: char| c.is_ascii()) => self.is_apart = true,
            '.' | ',' | ';' | ':' | '!' | '?' | ')' | '…' => self.said.push(sign),
            _ => self.say(sign.encode_utf8(&mut [0; 4])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::said::count_form;
    use super::*;

    fn check(locale: Locale, examples: &[(&str, &str)]) {
        for (text, said) in examples {
            assert_eq!(pronounce(text, locale), *said, "{text:?}");
        }
    }

    fn russian(examples: &[(&str, &str)]) {
        check(Locale::Russian, examples);
    }

    fn english(examples: &[(&str, &str)]) {
        check(Locale::English, examples);
    }

    #[test]
    fn a_russian_sum_has_its_roubles_and_kopecks() {
        russian(&[
            ("89,90\u{a0}₽", "89 рублей 90 копеек"),
            ("89,00\u{a0}₽", "89 рублей"),
            ("1,00\u{a0}₽", "1 рубль"),
            ("2,00\u{a0}₽", "2 рубля"),
            ("5 ₽", "5 рублей"),
            ("11,11\u{a0}₽", "11 рублей 11 копеек"),
            ("21,01\u{a0}₽", "21 рубль одна копейка"),
            ("22,22\u{a0}₽", "22 рубля двадцать две копейки"),
            ("10,71\u{a0}₽", "10 рублей семьдесят одна копейка"),
            ("0,50\u{a0}₽", "50 копеек"),
            ("89,9 ₽", "89 рублей 90 копеек"),
            ("1\u{a0}299,00\u{a0}₽", "1299 рублей"),
            ("99\u{a0}999\u{a0}999,99\u{a0}₽", "99999999 рублей 99 копеек"),
            ("1\u{202f}299\u{202f}₽", "1299 рублей"),
            ("100 руб.", "100 рублей"),
            ("Цена: 89,90\u{a0}₽.", "Цена: 89 рублей 90 копеек."),
        ]);
    }

    #[test]
    fn every_currency_has_a_name() {
        russian(&[
            ("1\u{a0}299,50\u{a0}р.", "1299 рублей 50 копеек"),
            ("1,50\u{a0}֏", "1 драм 50 лум"),
            ("2,02\u{a0}€", "2 евро 2 цента"),
            ("3,00\u{a0}⃀", "3 сома"),
            ("3,00\u{a0}сом", "3 сома"),
            ("5,00\u{a0}₸", "5 тенге"),
            ("21,00\u{a0}$", "21 доллар"),
            ("7\u{a0}000,00\u{a0}UZS", "7000 сумов"),
        ]);
        english(&[
            ("₽89.90", "89 roubles 90 kopecks"),
            ("₽1.00", "1 rouble"),
            ("RUB\u{a0}1,299.01", "1299 roubles 1 kopeck"),
            ("₽1,299.00", "1299 roubles"),
            ("₽0.50", "50 kopecks"),
            ("BYN\u{a0}2.00", "2 Belarusian roubles"),
            ("UZS\u{a0}1,234,567.89", "1234567 sum 89 tiyin"),
            ("֏1.00", "1 dram"),
            ("€2.01", "2 euros 1 cent"),
            ("₸5.00 and ⃀3.00", "5 tenge and 3 som"),
            ("Now $5.00!", "Now 5 dollars!"),
        ]);
    }

    #[test]
    fn a_unit_has_the_form_of_its_number() {
        russian(&[
            ("930\u{a0}мл", "930 миллилитров"),
            ("930мл", "930 миллилитров"),
            ("2 л", "2 литра"),
            ("1,5 Л", "одна целая пять десятых литра"),
            ("500 гр", "500 граммов"),
            ("500Г", "500 граммов"),
            ("0.25kg", "ноль целых двадцать пять сотых килограмма"),
            ("10шт", "10 штук"),
            ("21\u{a0}шт.", "двадцать одна штука"),
            ("122 шт.", "100 двадцать две штуки"),
            ("12шт/уп", "12 штук в упаковке"),
            ("100 %", "100 процентов"),
            ("1%", "1 процент"),
            ("3 см", "3 сантиметра"),
            ("Кефир 1 кг.", "Кефир 1 килограмм."),
            ("96 дет.", "96 деталей"),
            ("Коньяк 5yr", "Коньяк 5 лет"),
            ("A4 5м2", "A4 5м2"),
        ]);
        english(&[
            ("930\u{a0}ml", "930 millilitres"),
            ("1\u{a0}kg", "1 kilogram"),
            ("10\u{a0}pcs", "10 pieces"),
            ("2 m and 5 M", "2 metres and 5 M"),
            ("20 %", "20 percent"),
        ]);
    }

    #[test]
    fn a_price_is_for_one_of_something() {
        russian(&[
            ("96,67\u{a0}₽ за\u{a0}1\u{a0}кг", "96 рублей 67 копеек за 1 килограмм"),
            ("9,99\u{a0}₽ за\u{a0}1\u{a0}шт.", "9 рублей 99 копеек за одну штуку"),
            ("Цена за 1 л", "Цена за 1 литр"),
            ("Экран вернётся в начало через 21 сек.", "Экран вернётся в начало через двадцать одну секунду"),
            ("за 101 шт.", "за 100 одну штуку"),
        ]);
        english(&[("₽9.99 per\u{a0}1\u{a0}kg", "9 roubles 99 kopecks per 1 kilogram")]);
    }

    #[test]
    fn a_decimal_is_said_properly() {
        russian(&[
            ("0,93\u{a0}л", "ноль целых девяносто три сотых литра"),
            ("1.5кг", "одна целая пять десятых килограмма"),
            ("3,2\u{a0}%", "три целых две десятых процента"),
            ("3.2%", "три целых две десятых процента"),
            ("1,2 %", "одна целая две десятых процента"),
            ("72,51%", "семьдесят две целых пятьдесят одна сотая процента"),
            ("0,125 кг", "ноль целых 100 двадцать пять тысячных килограмма"),
            ("1.000 кг", "1 килограмм"),
            ("0.500", "ноль целых пять десятых"),
            ("арт. 497.38008", "артикул 497.38008"),
            ("v1.2.3, 5.", "v1.2.3, 5."),
        ]);
        english(&[
            ("0.93\u{a0}l", "0 point 9 3 litres"),
            ("3.2 %", "3 point 2 percent"),
            ("1,234.5 g", "1234 point 5 grams"),
            ("1,2,3", "1,2,3"),
        ]);
    }

    #[test]
    fn packs_are_counted_and_sizes_are_multiplied() {
        russian(&[
            ("6\u{a0}×\u{a0}0,2\u{a0}л", "6 по ноль целых две десятых литра"),
            ("6х0,33л", "6 по ноль целых тридцать три сотых литра"),
            ("пак 100x 2г к/к", "пакет 100 по 2 грамма картонная коробка"),
            ("20×30 см", "20 на 30 сантиметров"),
            ("32x26 x 11см", "32 на 26 на 11 сантиметров"),
            ("16см*14см", "16 сантиметров на 14 сантиметров"),
            ("500г*12", "500 граммов на 12"),
        ]);
        english(&[("6\u{a0}×\u{a0}0.2\u{a0}l", "6 times 0 point 2 litres"), ("20 × 30 cm", "20 by 30 centimetres")]);
    }

    #[test]
    fn a_day_is_said_as_which_day() {
        russian(&[
            ("До 31\u{a0}декабря включительно", "До тридцать первого декабря включительно"),
            ("до 31\u{a0}декабря 2027\u{a0}г.", "до тридцать первого декабря две тысячи двадцать седьмого года"),
            ("3 мая 2030 г. в 14:05", "третьего мая две тысячи тридцатого года в 14 часов 5 минут"),
            ("31.12.2027", "тридцать первого декабря две тысячи двадцать седьмого года"),
            ("1.01.2000", "первого января двухтысячного года"),
            ("Цена на 31\u{a0}декабря в 21:00", "Цена на тридцать первое декабря в 21 час"),
            ("Цена на 3 мая в 09:02", "Цена на третье мая в 9 часов две минуты"),
            ("урожай 1998 г.", "урожай 1998 года"),
            ("32.13.2027", "32.13.2027"),
            ("45 мая", "45 мая"),
        ]);
        english(&[
            ("Until and including 31 December", "Until and including 31st of December"),
            ("31 December 2027", "31st of December 2027"),
            ("22 May at 14:05", "22nd of May at 14 05"),
            ("13 March", "13th of March"),
            ("30 June, 1 July", "30th of June, 1st of July"),
            ("31.12.2027", "31st of December 2027"),
        ]);
    }

    #[test]
    fn a_time_has_hours_and_minutes() {
        russian(&[
            ("14:05", "14 часов 5 минут"),
            ("21:21", "21 час двадцать одна минута"),
            ("02:00", "2 часа"),
            ("Цена на 14:21", "Цена на 14 часов двадцать одну минуту"),
            ("1:24", "1:24"),
            ("25:00", "25:00"),
            ("10:20:30", "10:20:30"),
        ]);
        english(&[("14:05", "14 05"), ("14:00", "14 hours"), ("Price as of 09:30", "Price as of 9 30")]);
    }

    #[test]
    fn a_shelf_is_said_in_words() {
        russian(&[
            ("Ряд\u{a0}12, секция\u{a0}3, полка\u{a0}2", "Ряд двенадцать, секция три, полка два"),
            ("ряд 12А", "ряд двенадцать А"),
            ("ряд 21м", "ряд двадцать один м"),
            ("ряд 120", "ряд 120"),
            ("полка А-1", "полка А-1"),
            ("ряд 12-3", "ряд двенадцать — 3"),
            ("Полка 60 см", "Полка 60 сантиметров"),
        ]);
        english(&[
            ("Aisle\u{a0}12, bay\u{a0}3, shelf\u{a0}2", "Aisle twelve, bay three, shelf two"),
            ("aisle 40B", "aisle forty B"),
        ]);
    }

    #[test]
    fn a_barcode_is_said_digit_by_digit() {
        russian(&[
            ("Прочитан код 4006381333931", "Прочитан код 4 0 0 6 3 8 1 3 3 3 9 3 1"),
            ("12345678", "1 2 3 4 5 6 7 8"),
            ("1234567", "1234567"),
            ("AB12345678.", "AB 1 2 3 4 5 6 7 8."),
            ("8-800-555-35-35", "8 — 800 — 555 — 35 — 35"),
        ]);
        english(&[("The code read is 40063813", "The code read is 4 0 0 6 3 8 1 3")]);
    }

    #[test]
    fn a_name_abbreviated_in_a_feed_is_said_in_full() {
        russian(&[
            ("Говядина тушёная в/с жб 325г #2", "Говядина тушёная высший сорт жестяная банка 325 граммов номер 2"),
            ("Ватные палочки 200шт в п/э уп.", "Ватные палочки 200 штук в полиэтилене упаковка"),
            ("Чипсы морпех, омар, 35г, м\\у", "Чипсы морпех, омар, 35 граммов, мягкая упаковка"),
            ("Молоко 2.5%т/п 1л", "Молоко две целых пять десятых процента тетрапак 1 литр"),
            ("Масло мдж82.5%", "Масло массовая доля жира восемьдесят две целых пять десятых процента"),
            ("м.д.ж. 5 %", "массовая доля жира 5 процентов"),
            ("Сельдь Х/К 200г", "Сельдь холодного копчения 200 граммов"),
            ("Игрушка арт.8014", "Игрушка артикул 8014"),
            ("Сок Сады&Ко яблоко/груша 5+", "Сок Сады и Ко яблоко, груша 5 плюс"),
            ("Чай крем-вар.сгущ./", "Чай крем-вар сгущ."),
            ("Набор (55см), рыба с/г", "Набор (55 сантиметров), рыба с г"),
            ("№ 5", "номер 5"),
            ("#2 м/у", "номер 2 мягкая упаковка"),
        ]);
        english(&[("Tea & milk, No. 5", "Tea and milk, number 5"), ("No.", "No.")]);
    }

    #[test]
    fn what_stands_as_it_is_said_stays() {
        russian(&[
            ("", ""),
            ("Продаём с 18 лет. Приготовьте паспорт.", "Продаём с 18 лет. Приготовьте паспорт."),
            ("2 по цене 1", "2 по цене 1"),
            ("Не помогло — спросите сотрудника.", "Не помогло — спросите сотрудника."),
            ("Сыр «Российский»*, Coca-Cola® Zero…", "Сыр Российский, Coca-Cola Zero…"),
            ("1 299 и 1\u{a0}299", "1 299 и 1299"),
            ("Скидка −20 %", "Скидка минус 20 процентов"),
            ("Вино 10-13%", "Вино 10 — 13 процентов"),
            ("  много   места  ", "много места"),
            ("2-х слойные, 5-й", "2-х слойные, 5-й"),
            ("1/2", "1/2"),
        ]);
        english(&[("Please don't scan again.", "Please don't scan again."), ("1,299 things", "1299 things")]);
    }

    #[test]
    fn a_noun_follows_its_number() {
        let forms = |n| count_form(Locale::Russian, n, "рубль|рубля|рублей");
        assert_eq!(
            [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, u64::MAX].map(forms),
            [
                "рублей",
                "рубль",
                "рубля",
                "рубля",
                "рублей",
                "рублей",
                "рублей",
                "рублей",
                "рубль",
                "рубля",
                "рублей",
                "рубль",
                "рублей",
                "рублей"
            ]
        );
        assert_eq!(
            [0, 1, 2, 21].map(|n| count_form(Locale::English, n, "rouble|roubles")),
            ["roubles", "rouble", "roubles", "roubles"]
        );
        assert_eq!(count_form(Locale::Russian, 5, "евро"), "евро");
        assert_eq!(count_form(Locale::Russian, 5, ""), "");
    }

    const PIECES: [&str; 44] = [
        "0",
        "1",
        "9",
        "21",
        "007",
        "1234",
        "20",
        "2027",
        "12345678",
        "99999999999999999999",
        ".",
        ",",
        ":",
        "-",
        "/",
        " ",
        "\u{a0}",
        "\u{202f}",
        "₽",
        "RUB",
        "г.",
        "г",
        "%",
        "×",
        "x",
        "х",
        "*",
        "№",
        "#",
        "&",
        "мая",
        "May",
        "ряд",
        "за",
        "ж/б",
        "м.д.ж.",
        "\\",
        "\u{301}",
        "\u{200f}",
        "😀",
        "ẞ",
        "İ",
        "²",
        "٣",
    ];

    fn any_text() -> impl Iterator<Item = String> {
        let pairs = PIECES.iter().flat_map(|a| PIECES.iter().map(move |b| [*a, *b].concat()));
        // A fixed sequence of chances: a linear congruential generator.
        let mut seed = 1_u64;
        let long = (0..2_000).map(move |_| {
            (0..10)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    PIECES[(seed >> 33) as usize % PIECES.len()]
                })
                .collect()
        });
        pairs.chain(long)
    }

    #[test]
    fn any_text_is_said_without_a_stray_space() {
        for text in any_text() {
            for locale in [Locale::Russian, Locale::English] {
                let said = pronounce(&text, locale);
                assert_eq!(said.trim(), said, "{text:?}");
                assert!(!said.contains("  ") && !said.contains('_'), "{text:?} is {said:?}");
            }
        }
    }

    #[test]
    fn every_end_of_a_text_can_be_missing() {
        let whole = "До 31\u{a0}декабря 2027\u{a0}г. в 14:05, 6\u{a0}×\u{a0}0,2\u{a0}л за 1\u{202f}299,01\u{a0}₽ \
                     ₽1,299.00 31.12.2027 Ряд 12А ж/б м.д.ж. İẞ²٣😀\u{301} No. 5 -5 % (4006381333931) BYN\u{a0}2.00";
        for (at, _) in whole.char_indices() {
            for locale in [Locale::Russian, Locale::English] {
                let _ = (pronounce(&whole[..at], locale), pronounce(&whole[at..], locale));
            }
        }
    }

    #[test]
    fn what_is_said_is_no_longer_than_a_few_words_a_letter() {
        for piece in PIECES {
            let text = piece.repeat(2000);
            for locale in [Locale::Russian, Locale::English] {
                assert!(pronounce(&text, locale).len() <= 100 * text.len(), "{piece:?}");
            }
        }
    }

    #[test]
    fn both_languages_have_whole_tables() {
        for locale in [Locale::Russian, Locale::English] {
            for kind in UNITS {
                for entry in kind.table(locale).split(';') {
                    let (aliases, meaning) = entry.split_once('=').expect("aliases and a meaning");
                    for alias in aliases.split(',') {
                        let (found, said, length) = abbreviation(alias, locale, &[kind]).expect("it is found");
                        assert!(found == kind && length == alias.len(), "{alias}");
                        assert_eq!(said, meaning, "{alias} stands twice");
                    }
                }
            }
            assert_eq!(words::ones(locale).split('|').count(), 20);
            assert_eq!(words::tens(locale).split('|').count(), 10);
            assert_eq!(words::ordinal_ones(locale).split('|').count(), 20);
            assert_eq!(words::months(locale).split('|').count(), 12);
        }
    }
}
