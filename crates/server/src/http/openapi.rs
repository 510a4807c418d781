//! The API's description, made from the handlers themselves.

use axum::Json;
use utoipa::OpenApi;

use crate::{
    apology, call_staff, cases, checkout, coupons, devices, find_way, join_loyalty, label_report, member_card,
    messages, personal_offers, price_check, report_expired, staff, tasks, webhooks, weekly_report,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Polka", description = "The store server of Polka.", license(name = "MIT")),
    paths(
        price_check::requests::health,
        price_check::requests::product,
        price_check::requests::whole,
        price_check::requests::changes,
        price_check::requests::index,
        find_way::requests::map,
        call_staff::call,
        label_report::report,
        find_way::missing_report::report_missing,
        report_expired::report,
        report_expired::photos::keep,
        report_expired::photos::of_task,
        report_expired::lots::lots,
        report_expired::summary::summary,
        report_expired::summary::csv,
        tasks::requests::ask_for_till,
        staff::sign_in::sign_in,
        staff::sign_in::own,
        staff::sign_in::sign_out,
        tasks::requests::all,
        tasks::requests::claim,
        tasks::requests::give_back,
        tasks::requests::end,
        tasks::requests::step,
        tasks::events::events,
        apology::summary::summary,
        apology::recent::recent,
        cases::requests::categories,
        cases::requests::all,
        cases::requests::one,
        cases::requests::complain,
        cases::requests::claim,
        cases::requests::give,
        cases::requests::keep_note,
        cases::requests::end,
        cases::status::status,
        cases::status::answer,
        weekly_report::requests::all,
        weekly_report::requests::page,
        weekly_report::requests::csv,
        apology::requests::reasons,
        apology::requests::waiting,
        apology::requests::kept,
        apology::requests::blanks,
        apology::requests::one,
        apology::requests::apologise,
        apology::requests::approve,
        apology::requests::refuse,
        apology::requests::take_back,
        apology::requests::send_otherwise,
        apology::photos::of_apology,
        apology::without_goods::look_up,
        apology::without_goods::put_right,
        coupons::requests::search,
        coupons::requests::reserve,
        coupons::requests::commit,
        coupons::requests::release,
        coupons::offline::ask_keys,
        coupons::offline::tell,
        coupons::offline::all,
        join_loyalty::requests::join,
        join_loyalty::requests::send_code,
        join_loyalty::requests::prove,
        join_loyalty::consents::keep,
        member_card::own_data::own_data,
        member_card::own_data::erase,
        member_card::own_points,
        member_card::links::make,
        member_card::links::open,
        member_card::requests::end_phone,
        member_card::requests::send_code,
        member_card::requests::prove,
        member_card::profile::own_profile,
        member_card::profile::keep_profile,
        member_card::shopping_list::send,
        member_card::shopping_list::own_list,
        member_card::shopping_list::keep_list,
        member_card::requests::own_card,
        member_card::requests::change_number,
        member_card::requests::keep_consent,
        personal_offers::own_offers,
        personal_offers::activate,
        checkout::search::search,
        checkout::spending::ask_quote,
        checkout::spending::set_aside,
        checkout::spending::commit,
        checkout::spending::cancel,
        checkout::receipts::post,
        checkout::receipts::take_back,
        messages::requests::overview,
        messages::requests::delivery,
        webhooks::requests::all,
        devices::requests::enrol,
        devices::requests::own,
        devices::requests::keep_status,
        devices::requests::open_setup,
        devices::requests::all,
    ),
    // What events say.
    components(schemas(polka_contract::TaskChanges, polka_contract::OwnCallResponse))
)]
struct Api;

pub(super) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change here is a change of what other programs rely on.
    #[test]
    fn the_api_is_as_it_was_published() {
        let mut document = serde_json::to_value(Api::openapi()).expect("JSON");
        document["info"]["version"] = "-".into();
        // Another crate of the workspace decides whether serde_json sorts, so the snapshot sorts for itself.
        insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!("openapi", document) });
    }
}
