//! One product as it stands in a file, with its texts borrowed from there.

use polka_domain::{
    Allergens, Content, ContentUnit, Currency, Date, DateKind, Gtin, Money, Product, SaleUnit, ShelfAddress, Text,
};

use crate::bytes::{Reader, put_text, put_varint};

/// A product whose texts are somebody else's: taken from a [`Product`] or from a file. They stay bytes until
/// the product is wanted: most records are only walked past or carried over, and need not be read as letters.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) gtin: Gtin,
    pub(crate) name: &'a [u8],
    pub(crate) name_en: Option<&'a [u8]>,
    pub(crate) brand: Option<&'a [u8]>,
    pub(crate) category: Option<&'a [u8]>,
    sale_unit: SaleUnit,
    pub(crate) content: Option<Content>,
    price_minor_units: i64,
    card_price_minor_units: Option<i64>,
    pub(crate) offer: Option<&'a [u8]>,
    pub(crate) offer_until: Option<Date>,
    shelf_address: Option<[&'a [u8]; 3]>,
    allergen_bits: u16,
    other_allergens: Option<&'a [u8]>,
    age_limit: Option<u8>,
    date_kind: Option<DateKind>,
}

/// What a record has, one bit each; the two highest fields are two bits wide.
mod flag {
    pub(super) const NAME_EN: u16 = 1;
    pub(super) const BRAND: u16 = 1 << 1;
    pub(super) const CATEGORY: u16 = 1 << 2;
    pub(super) const CONTENT: u16 = 1 << 3;
    pub(super) const CARD_PRICE: u16 = 1 << 4;
    pub(super) const OFFER: u16 = 1 << 5;
    pub(super) const OFFER_UNTIL: u16 = 1 << 6;
    pub(super) const SHELF_ADDRESS: u16 = 1 << 7;
    pub(super) const ALLERGENS: u16 = 1 << 8;
    pub(super) const OTHER_ALLERGENS: u16 = 1 << 9;
    pub(super) const AGE_LIMIT: u16 = 1 << 10;
    pub(super) const SALE_UNIT_SHIFT: u32 = 11;
    pub(super) const DATE_KIND_SHIFT: u32 = 13;
}

impl<'a> Record<'a> {
    pub(crate) fn of(product: &'a Product) -> Self {
        fn bytes(text: &Text) -> &[u8] {
            text.as_str().as_bytes()
        }
        fn label(label: Option<&str>) -> &[u8] {
            label.unwrap_or("").as_bytes()
        }
        Self {
            gtin: product.gtin,
            name: bytes(&product.name),
            name_en: product.name_en.as_ref().map(bytes),
            brand: product.brand.as_ref().map(bytes),
            category: product.category.as_ref().map(bytes),
            sale_unit: product.sale_unit,
            content: product.content,
            price_minor_units: product.price.minor_units,
            card_price_minor_units: product.card_price.map(|price| price.minor_units),
            offer: product.offer.as_ref().map(bytes),
            offer_until: product.offer_until,
            shelf_address: product
                .shelf_address
                .as_ref()
                .map(|address| [address.aisle().as_bytes(), label(address.bay()), label(address.shelf())]),
            allergen_bits: product.allergens.bits(),
            other_allergens: product.allergens.other().map(bytes),
            age_limit: product.age_limit,
            date_kind: product.date_kind,
        }
    }

    /// The product, or `None` where a text or number is not one that a product can have.
    pub(crate) fn to_product(self, currency: Currency) -> Option<Product> {
        let letters = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
        let line = |bytes: &'a [u8]| Text::parse(letters(bytes)?).ok();
        let text = |bytes: Option<&'a [u8]>| match bytes {
            Some(bytes) => line(bytes).map(Some),
            None => Some(None),
        };
        let money = |minor_units| Money { minor_units, currency };
        Some(Product {
            gtin: self.gtin,
            name: line(self.name)?,
            name_en: text(self.name_en)?,
            brand: text(self.brand)?,
            category: text(self.category)?,
            sale_unit: self.sale_unit,
            content: self.content,
            price: money(self.price_minor_units),
            card_price: self.card_price_minor_units.map(money),
            offer: text(self.offer)?,
            offer_until: self.offer_until,
            shelf_address: match self.shelf_address {
                Some([aisle, bay, shelf]) => {
                    Some(ShelfAddress::parse(letters(aisle)?, letters(bay)?, letters(shelf)?).ok()??)
                }
                None => None,
            },
            allergens: Allergens::from_parts(self.allergen_bits, text(self.other_allergens)?),
            age_limit: self.age_limit,
            date_kind: self.date_kind,
        })
    }

    /// Whether it is found by the same words as `other`.
    pub(crate) fn has_same_words(&self, other: &Record<'_>) -> bool {
        self.name == other.name
            && self.name_en == other.name_en
            && self.brand == other.brand
            && self.category == other.category
            && self.content == other.content
    }

    /// The texts that many products share.
    pub(crate) fn shared_texts(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        [self.brand, self.category, self.offer, self.other_allergens].into_iter().flatten()
    }

    /// Appends the record: numbers to `fields`, names to `texts`, for like beside like packs best.
    /// The GTIN is the caller's, who knows the one before it.
    pub(crate) fn write(&self, fields: &mut Vec<u8>, texts: &mut Vec<u8>, id_of: impl Fn(&[u8]) -> u64) {
        let has = |is_there: bool, flag: u16| if is_there { flag } else { 0 };
        let position = |index: Option<usize>| index.unwrap_or(0) as u16;
        let sale_unit = position(SaleUnit::ALL.iter().position(|unit| *unit == self.sale_unit));
        let date_kind = self.date_kind.map_or(0, |kind| 1 + position(DateKind::ALL.iter().position(|it| *it == kind)));
        let flags = has(self.name_en.is_some(), flag::NAME_EN)
            | has(self.brand.is_some(), flag::BRAND)
            | has(self.category.is_some(), flag::CATEGORY)
            | has(self.content.is_some(), flag::CONTENT)
            | has(self.card_price_minor_units.is_some(), flag::CARD_PRICE)
            | has(self.offer.is_some(), flag::OFFER)
            | has(self.offer_until.is_some(), flag::OFFER_UNTIL)
            | has(self.shelf_address.is_some(), flag::SHELF_ADDRESS)
            | has(self.allergen_bits != 0, flag::ALLERGENS)
            | has(self.other_allergens.is_some(), flag::OTHER_ALLERGENS)
            | has(self.age_limit.is_some(), flag::AGE_LIMIT)
            | sale_unit << flag::SALE_UNIT_SHIFT
            | date_kind << flag::DATE_KIND_SHIFT;
        fields.extend_from_slice(&flags.to_le_bytes());

        for name in [Some(self.name), self.name_en].into_iter().flatten() {
            put_varint(fields, name.len() as u64);
            texts.extend_from_slice(name);
        }
        put_varint(fields, self.price_minor_units.unsigned_abs());
        if let Some(card_price) = self.card_price_minor_units {
            put_varint(fields, card_price.unsigned_abs());
        }
        for text in self.shared_texts() {
            put_varint(fields, id_of(text));
        }
        if let Some(content) = self.content {
            put_varint(fields, u64::from(content.count()));
            put_varint(fields, u64::from(content.amount_thousandths()));
            fields.push(position(ContentUnit::ALL.iter().position(|unit| *unit == content.unit())) as u8);
        }
        if let Some(day) = self.offer_until {
            fields.extend_from_slice(&day.year().to_le_bytes());
            fields.extend_from_slice(&[day.month() as u8, day.day() as u8]);
        }
        for label in self.shelf_address.into_iter().flatten() {
            put_text(fields, label);
        }
        if self.allergen_bits != 0 {
            fields.extend_from_slice(&self.allergen_bits.to_le_bytes());
        }
        fields.extend(self.age_limit);
    }

    /// Reads what [`write`](Self::write) wrote; `text_of` gives the shared text with an id.
    pub(crate) fn read(
        gtin: Gtin,
        fields: &mut Reader<'a>,
        texts: &mut Reader<'a>,
        text_of: impl Fn(u64) -> Option<&'a [u8]>,
    ) -> Option<Self> {
        let flags = fields.u16()?;
        let has = |flag: u16| flags & flag != 0;
        let price = |value: u64| {
            let value = i64::try_from(value).ok()?;
            (1..=Money::LARGEST_PRICE_MINOR_UNITS).contains(&value).then_some(value)
        };

        let name = fields.length().and_then(|length| texts.take(length))?;
        let name_en = match has(flag::NAME_EN) {
            true => Some(fields.length().and_then(|length| texts.take(length))?),
            false => None,
        };
        let price_minor_units = price(fields.varint()?)?;
        let card_price_minor_units = match has(flag::CARD_PRICE) {
            true => Some(price(fields.varint()?)?),
            false => None,
        };
        let mut shared = |flag: u16| match has(flag) {
            true => text_of(fields.varint()?).map(Some),
            false => Some(None),
        };
        let brand = shared(flag::BRAND)?;
        let category = shared(flag::CATEGORY)?;
        let offer = shared(flag::OFFER)?;
        let other_allergens = shared(flag::OTHER_ALLERGENS)?;
        let content = match has(flag::CONTENT) {
            true => {
                let count = u16::try_from(fields.varint()?).ok()?;
                let amount_thousandths = u32::try_from(fields.varint()?).ok()?;
                let unit = *ContentUnit::ALL.get(usize::from(fields.u8()?))?;
                Some(Content::new(count, amount_thousandths, unit)?)
            }
            false => None,
        };
        let offer_until = match has(flag::OFFER_UNTIL) {
            true => {
                let year = i16::from_le_bytes(fields.array()?);
                let [month, day] = fields.array()?.map(|byte: u8| i8::try_from(byte).unwrap_or(0));
                Some(Date::new(year, month, day).ok()?)
            }
            false => None,
        };
        let shelf_address = match has(flag::SHELF_ADDRESS) {
            true => {
                let mut label = || fields.length().and_then(|length| fields.take(length));
                Some([label()?, label()?, label()?])
            }
            false => None,
        };
        let allergen_bits = if has(flag::ALLERGENS) { fields.u16()? } else { 0 };
        let age_limit = if has(flag::AGE_LIMIT) { Some(fields.u8()?) } else { None };
        let sale_unit = *SaleUnit::ALL.get(usize::from(flags >> flag::SALE_UNIT_SHIFT & 3))?;
        let date_kind = match usize::from(flags >> flag::DATE_KIND_SHIFT & 3) {
            0 => None,
            place => Some(*DateKind::ALL.get(place - 1)?),
        };
        Some(Self {
            gtin,
            name,
            name_en,
            brand,
            category,
            sale_unit,
            content,
            price_minor_units,
            card_price_minor_units,
            offer,
            offer_until,
            shelf_address,
            allergen_bits,
            other_allergens,
            age_limit,
            date_kind,
        })
    }
}
