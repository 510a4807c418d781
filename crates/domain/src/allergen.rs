//! What a person may be allergic to.

use crate::{Text, TextError};

/// The fourteen allergens that must be declared (EU 1169/2011, annex II; TR CU 022/2011 has the same).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Allergen {
    /// Cereals with gluten.
    Gluten,
    /// Crustaceans.
    Crustaceans,
    /// Eggs.
    Eggs,
    /// Fish.
    Fish,
    /// Peanuts.
    Peanuts,
    /// Soya.
    Soya,
    /// Milk, with lactose.
    Milk,
    /// Tree nuts.
    Nuts,
    /// Celery.
    Celery,
    /// Mustard.
    Mustard,
    /// Sesame.
    Sesame,
    /// Sulphur dioxide and sulphites.
    Sulphites,
    /// Lupin.
    Lupin,
    /// Molluscs.
    Molluscs,
}

impl Allergen {
    /// All of them, in the order of the regulation.
    pub const ALL: [Self; 14] = [
        Self::Gluten,
        Self::Crustaceans,
        Self::Eggs,
        Self::Fish,
        Self::Peanuts,
        Self::Soya,
        Self::Milk,
        Self::Nuts,
        Self::Celery,
        Self::Mustard,
        Self::Sesame,
        Self::Sulphites,
        Self::Lupin,
        Self::Molluscs,
    ];

    /// The word by which feeds and the API name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Gluten => "gluten",
            Self::Crustaceans => "crustaceans",
            Self::Eggs => "eggs",
            Self::Fish => "fish",
            Self::Peanuts => "peanuts",
            Self::Soya => "soya",
            Self::Milk => "milk",
            Self::Nuts => "nuts",
            Self::Celery => "celery",
            Self::Mustard => "mustard",
            Self::Sesame => "sesame",
            Self::Sulphites => "sulphites",
            Self::Lupin => "lupin",
            Self::Molluscs => "molluscs",
        }
    }

    /// The Russian word that feeds use for it.
    fn russian(self) -> &'static str {
        match self {
            Self::Gluten => "глютен",
            Self::Crustaceans => "ракообразные",
            Self::Eggs => "яйца",
            Self::Fish => "рыба",
            Self::Peanuts => "арахис",
            Self::Soya => "соя",
            Self::Milk => "молоко",
            Self::Nuts => "орехи",
            Self::Celery => "сельдерей",
            Self::Mustard => "горчица",
            Self::Sesame => "кунжут",
            Self::Sulphites => "сульфиты",
            Self::Lupin => "люпин",
            Self::Molluscs => "моллюски",
        }
    }
}

/// The allergens of a product. A word of the feed that is none of the fourteen is kept as it stands:
/// a warning that we cannot translate is still a warning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allergens {
    bits: u16,
    other: Option<Text>,
}

impl Allergens {
    /// Reads a list of codes or Russian words with `;`, `,` or `|` between them.
    ///
    /// # Errors
    /// Where the words that are not among the fourteen are too long to show.
    pub fn parse(list: &str) -> Result<Self, TextError> {
        let mut allergens = Self::default();
        let mut other = Vec::new();
        // Cleaned before they are compared, or an unseen character would make another word of a known one.
        for word in list.split([';', ',', '|']).filter_map(|word| Text::parse(word).ok()) {
            let lower = word.as_str().to_lowercase();
            match Allergen::ALL.into_iter().find(|it| lower == it.code() || lower == it.russian()) {
                Some(allergen) => allergens.bits |= 1 << allergen as u8,
                None => other.push(word.to_string()),
            }
        }
        if !other.is_empty() {
            allergens.other = Some(Text::parse(&other.join(", "))?);
        }
        Ok(allergens)
    }

    /// From what [`bits`](Self::bits) and [`other`](Self::other) gave; unknown bits are dropped.
    #[must_use]
    pub fn from_parts(bits: u16, other: Option<Text>) -> Self {
        Self { bits: bits & ((1 << Allergen::ALL.len()) - 1), other }
    }

    /// The fourteen, one bit each, in the order of [`Allergen::ALL`].
    #[must_use]
    pub fn bits(&self) -> u16 {
        self.bits
    }

    /// Those of the fourteen that are in it.
    pub fn known(&self) -> impl Iterator<Item = Allergen> {
        let bits = self.bits;
        Allergen::ALL.into_iter().filter(move |&allergen| bits & (1 << allergen as u8) != 0)
    }

    /// The words of the feed that are none of the fourteen.
    #[must_use]
    pub fn other(&self) -> Option<&Text> {
        self.other.as_ref()
    }

    /// Whether none is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits == 0 && self.other.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_languages_are_known_and_others_kept() {
        let allergens = Allergens::parse("Mi\u{200b}lk; соя, kiwi|яйца;;").expect("a list");
        let known: Vec<_> = allergens.known().map(Allergen::code).collect();
        assert_eq!(known, ["eggs", "soya", "milk"]);
        assert_eq!(allergens.other().map(Text::as_str), Some("kiwi"));
        assert_eq!(Allergens::from_parts(allergens.bits(), allergens.other().cloned()), allergens);
        assert!(Allergens::parse(" ; ").expect("an empty list").is_empty());
    }
}
