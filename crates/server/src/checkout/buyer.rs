//! Whom a receipt is for.

use anyhow::Result;
use polka_contract::{Buyer, ErrorCode};
use polka_domain::CardNumber;
use sqlx::AnyConnection;

use crate::http::{ApiError, Services};
use crate::join_loyalty::members::{self, Card, KeptPhone};
use crate::join_loyalty::{named_phone, shown_card};
use crate::writes::Write;

/// Whom a till has named.
pub(crate) enum NamedBuyer {
    Card(CardNumber),
    Phone(KeptPhone),
    /// A member who is known already, as of a receipt.
    Member(i64),
}

impl Services {
    /// Reads whom a till has named: by a card or by a number.
    pub(crate) fn buyer(&self, buyer: &Buyer) -> Result<NamedBuyer, ApiError> {
        match (&buyer.card_number, &buyer.phone) {
            (Some(number), None) => Ok(NamedBuyer::Card(shown_card(number)?)),
            (None, Some(phone)) => {
                let phone = named_phone(phone, &self.loyalty.phone_countries)?;
                Ok(NamedBuyer::Phone(KeptPhone::new(phone, &self.secrets)?))
            }
            _ => Err(ApiError::new(ErrorCode::InvalidRequest, "one of card_number and phone is to be there")),
        }
    }
}

impl NamedBuyer {
    /// The member, and the card where one was shown.
    pub(crate) async fn find(&self, connection: &mut AnyConnection) -> Result<Option<(i64, Option<Card>)>> {
        Ok(match self {
            Self::Card(number) => {
                members::find_card(connection, *number).await?.map(|card| (card.member_id, Some(card)))
            }
            Self::Phone(phone) => members::find(connection, phone).await?.map(|member_id| (member_id, None)),
            Self::Member(member_id) => Some((*member_id, None)),
        })
    }

    /// The member, who is made where a number is new: points are collected before anything else is known.
    ///
    /// # Errors
    /// Where nobody has the card.
    pub(crate) async fn find_or_add(&self, connection: &mut AnyConnection, write: &Write) -> Result<i64> {
        match self {
            Self::Phone(phone) => members::find_or_add(connection, phone, write).await,
            Self::Card(_) | Self::Member(_) => {
                let found = self.find(connection).await?;
                let none = || ApiError::new(ErrorCode::MemberNotFound, "nobody has this card");
                Ok(found.map(|(member_id, _)| member_id).ok_or_else(none)?)
            }
        }
    }
}
