//! Whose request this is: of a member at a device of the store, with a proof, or on their own phone.

use anyhow::{Context, Result};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use polka_contract::{ErrorCode, MEMBER_PROOF};
use polka_domain::CardNumber;
use sqlx::AnyConnection;

use crate::clock::HOUR_MS;
use crate::devices::{Device, phone};
use crate::http::{ApiError, Services};
use crate::join_loyalty::{members, proved_member};
use crate::secrets::Secrets;
use crate::writes::Source;

/// So long a phone on which nothing was shown may ask for codes: whoever has only seen a link keeps nobody's number
/// busy for longer.
const UNPROVED_MS: i64 = HOUR_MS;

/// From where somebody asks for what is their own. What they may do is asked for in the transaction that does it.
#[derive(Clone)]
pub(crate) enum Asker {
    /// A device of the store, with the proof that the request shows; empty where it shows none.
    Device { device: Device, proof: String },
    /// A phone that has opened a link, which may have ended since.
    Phone { id: i64, store_id: i64 },
}

/// A member who has shown who they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) member_id: i64,
    /// The device at which they are, or their phone.
    pub(crate) device_id: i64,
    /// The card of their phone.
    phone_card: Option<i64>,
}

/// A phone that has opened a link and has not ended.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct OwnPhone {
    pub(crate) id: i64,
    pub(crate) card_id: i64,
    pub(crate) member_id: i64,
    proved_ms: Option<i64>,
}

impl OwnPhone {
    /// Whether it was shown that the number is that of whoever holds it.
    pub(crate) fn is_proved(self) -> bool {
        self.proved_ms.is_some()
    }
}

impl Source for Asker {
    async fn of_request(services: &Services, headers: &HeaderMap) -> Result<Self, ApiError> {
        let proof = headers.get(MEMBER_PROOF).map(|proof| proof.to_str().unwrap_or_default().to_owned());
        // Where somebody tries things out, one browser is a device of the demo and a phone too: a proof is a device's.
        if proof.is_none()
            && let Some(id) = phone::of_request(&services.pool, headers).await?
        {
            return Ok(Self::Phone { id, store_id: services.store.id });
        }
        Ok(Self::Device { device: services.device(headers).await?, proof: proof.unwrap_or_default() })
    }

    fn place(&self) -> (i64, i64) {
        match self {
            Self::Device { device, .. } => device.place(),
            Self::Phone { id, store_id } => (*id, *store_id),
        }
    }
}

impl FromRequestParts<Services> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, ApiError> {
        Self::of_request(services, &parts.headers).await
    }
}

impl Asker {
    /// The member.
    ///
    /// # Errors
    /// Where nothing shows that they are.
    pub(crate) async fn holder(
        &self,
        connection: &mut AnyConnection,
        secrets: &Secrets,
        now_ms: i64,
    ) -> Result<Holder> {
        let refused = || ApiError::new(ErrorCode::ProofRefused, "the proof is none, or its time is over");
        match self {
            Self::Device { device, proof } => {
                let proved = proved_member(connection, secrets, proof, device.id, now_ms).await?;
                let member_id = proved.ok_or_else(refused)?;
                Ok(Holder { member_id, device_id: device.id, phone_card: None })
            }
            Self::Phone { .. } => {
                let phone = self.phone(connection, now_ms).await?;
                if !phone.is_proved() {
                    let message = "it was not shown on this phone that the number is one's own";
                    return Err(ApiError::new(ErrorCode::ProofRefused, message).into());
                }
                Ok(Holder { member_id: phone.member_id, device_id: phone.id, phone_card: Some(phone.card_id) })
            }
        }
    }

    /// The phone, whatever was shown so far; where nothing was, it has an hour.
    ///
    /// # Errors
    /// Where it is none, or has ended.
    pub(crate) async fn phone(&self, connection: &mut AnyConnection, now_ms: i64) -> Result<OwnPhone> {
        let Self::Phone { id, .. } = self else {
            return Err(ApiError::new(ErrorCode::Forbidden, "only a member's own phone may do this").into());
        };
        let phone = sqlx::query_as(
            "SELECT devices.id, own_phones.card_id, cards.member_id, own_phones.proved_ms FROM devices
             JOIN own_phones ON own_phones.device_id = devices.id JOIN cards ON cards.id = own_phones.card_id
             WHERE devices.id = $1 AND devices.revoked_ms IS NULL
                AND (own_phones.proved_ms IS NOT NULL OR devices.enrolled_ms >= $2)",
        );
        let ended = || ApiError::new(ErrorCode::DeviceUnknown, "this phone is no member's own any more");
        Ok(phone.bind(*id).bind(now_ms - UNPROVED_MS).fetch_optional(connection).await?.ok_or_else(ended)?)
    }
}

impl Holder {
    /// Their card: that of their phone, else the newest that spends, else the newest.
    ///
    /// # Errors
    /// Where they have none.
    pub(crate) async fn card(self, connection: &mut AnyConnection) -> Result<CardNumber> {
        let id = match self.phone_card {
            Some(id) => Some(id),
            None => members::newest_card(connection, self.member_id).await?,
        };
        let none = || ApiError::new(ErrorCode::MemberNotFound, "the member has no card");
        let id = id.ok_or_else(none)?;
        let number = members::card_number(connection, id).await?.context("a card that is there")?;
        Ok(number.parse()?)
    }
}
