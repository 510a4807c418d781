//! What it asks the server.

use polka_contract::{DevicesResponse, paths};

use super::state::Event;
use crate::api::{MESSAGE_LIMIT, Server};

/// How the devices do.
pub(super) async fn devices(server: Server) -> Event {
    match server.ask(paths::DEVICES, MESSAGE_LIMIT, |request| request.build()).await {
        Ok(response) if response.ok() => {
            // A network that asks for a password answers too.
            response.json::<DevicesResponse>().await.map_or(Event::NoAnswer, |told| Event::Told(told.devices))
        }
        Ok(response) if matches!(response.status(), 401 | 403) => Event::Forbidden,
        Ok(_) | Err(_) => Event::NoAnswer,
    }
}
