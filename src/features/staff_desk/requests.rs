//! What it asks the server.

use polka_contract::{DevicesResponse, MessagesResponse, paths};

use super::state::Event;
use crate::api::{MESSAGE_LIMIT, Server};

/// How messages to people go; `None` where the server does not say.
pub(super) async fn messages(server: Server) -> Option<MessagesResponse> {
    let response = server.ask(paths::MESSAGES, MESSAGE_LIMIT, |request| request.build()).await.ok()?;
    if response.ok() { response.json().await.ok() } else { None }
}

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
