//! Every path, once.

/// `GET`: whether the server works, and on what.
pub const HEALTH: &str = "/api/v1/health";
/// `GET`: one product.
pub const PRODUCT: &str = "/api/v1/products/{gtin}";
/// `GET`: the compact file of all products.
pub const CATALOGUE: &str = "/api/v1/catalogue";
/// `GET`: what changed in it since an edition.
pub const CATALOGUE_CHANGES: &str = "/api/v1/catalogue/changes";
/// `GET`: the index by which products are found, beside that file.
pub const CATALOGUE_INDEX: &str = "/api/v1/catalogue/index";
/// `GET`: the map of the store.
pub const MAP: &str = "/api/v1/map";
/// `POST`: a device says that somebody is called to it, or is no longer.
pub const CALLS: &str = "/api/v1/calls";
/// `POST`: a shelf label shows another price than the till.
pub const LABEL_REPORTS: &str = "/api/v1/label-reports";
/// `POST`: a product is not on its shelf.
pub const MISSING_REPORTS: &str = "/api/v1/missing-reports";
/// `POST`: an item is past its date.
pub const EXPIRED_REPORTS: &str = "/api/v1/expired-reports";
/// `POST`: a photograph of the label is added to such a report.
pub const EXPIRED_PHOTOS: &str = "/api/v1/expired-report-photos";
/// `GET`: what was reported in the store's last weeks, and what came of it.
pub const EXPIRED_SUMMARY: &str = "/api/v1/expired-reports/summary";
/// `GET`: the reports of the same weeks, as CSV.
pub const EXPIRED_CSV: &str = "/api/v1/expired-reports/summary.csv";
/// `GET`: which lots the staff have found past their date and taken off the shelf.
pub const EXPIRED_LOTS: &str = "/api/v1/expired-lots";
/// `POST`: another till is to be opened.
pub const TILL_REQUESTS: &str = "/api/v1/till-requests";
/// `POST`: somebody of the staff shows at a tablet who they are.
pub const STAFF_SESSIONS: &str = "/api/v1/staff/sessions";
/// `GET`: who works at this tablet.
pub const STAFF_SESSION: &str = "/api/v1/staff/sessions/self";
/// `POST`: they do no longer.
pub const STAFF_SESSION_END: &str = "/api/v1/staff/sessions/self/end";
/// `GET`: the tasks of the store that are open.
pub const TASKS: &str = "/api/v1/tasks";
/// `POST`: somebody takes a task.
pub const TASK_CLAIM: &str = "/api/v1/tasks/{task_id}/claim";
/// `POST`: they leave it to the others.
pub const TASK_RETURN: &str = "/api/v1/tasks/{task_id}/return";
/// `POST`: what came of a task.
pub const TASK_END: &str = "/api/v1/tasks/{task_id}/end";
/// `POST`: what somebody did with a task, also later and whoever works at the tablet by then.
pub const TASK_STEPS: &str = "/api/v1/task-steps";
/// `GET`: the photograph of the label that belongs to a task, a JPEG.
pub const TASK_PHOTO: &str = "/api/v1/tasks/{task_id}/photo";
/// `GET`: what may be given for what went wrong.
pub const APOLOGY_REASONS: &str = "/api/v1/apology-reasons";
/// `GET`: the apologies that wait for somebody's consent. `POST`: something is put right.
pub const APOLOGIES: &str = "/api/v1/apologies";
/// `POST`: something was put right, also later and whoever works at the tablet by then.
pub const KEPT_APOLOGIES: &str = "/api/v1/kept-apologies";
/// `GET`: coupons that a tablet may print without the store's server.
pub const COUPON_BLANKS: &str = "/api/v1/coupon-blanks";
/// `GET`: how one of them stands.
pub const APOLOGY: &str = "/api/v1/apologies/{apology_id}";
/// `GET`: the photograph of the goods that one of them is for, a JPEG.
pub const APOLOGY_PHOTO: &str = "/api/v1/apologies/{apology_id}/photo";
/// `POST`: a second person says yes.
pub const APOLOGY_APPROVAL: &str = "/api/v1/apologies/{apology_id}/approve";
/// `POST`: a second person says no.
pub const APOLOGY_REFUSAL: &str = "/api/v1/apologies/{apology_id}/refuse";
/// `POST`: what was given is taken back, where it is not used.
pub const APOLOGY_CANCELLATION: &str = "/api/v1/apologies/{apology_id}/cancel";
/// `POST`: the same coupon goes by another way, where nobody has used it.
pub const APOLOGY_WAY: &str = "/api/v1/apologies/{apology_id}/way";
/// `GET`: what was given in the store's last weeks, for its managers.
pub const APOLOGY_SUMMARY: &str = "/api/v1/apologies/summary";
/// `GET`: each apology of the store's last thirty days, for its managers.
pub const RECENT_APOLOGIES: &str = "/api/v1/apologies/recent";
/// `GET`: what a complaint may be about.
pub const CASE_CATEGORIES: &str = "/api/v1/case-categories";
/// `GET`: the cases of the store that are not closed. `POST`: a customer complains.
pub const CASES: &str = "/api/v1/cases";
/// `GET`: one of them, with what was said and done.
pub const CASE: &str = "/api/v1/cases/{case_id}";
/// `POST`: somebody takes a case.
pub const CASE_CLAIM: &str = "/api/v1/cases/{case_id}/take";
/// `POST`: a colleague answers for it from now on.
pub const CASE_HANDOVER: &str = "/api/v1/cases/{case_id}/hand-over";
/// `POST`: something is noted, for colleagues.
pub const CASE_NOTES: &str = "/api/v1/cases/{case_id}/notes";
/// `POST`: it is done; the customer is told what was done, and asked once whether it was put right.
pub const CASE_CLOSURE: &str = "/api/v1/cases/{case_id}/close";
/// `POST`: whoever has a case's code asks how it stands. Anybody may.
pub const CASE_STATUS: &str = "/api/v1/case-status";
/// `POST`: whoever has a case's code says whether it was put right. Anybody may, once.
pub const CASE_ANSWERS: &str = "/api/v1/case-answers";
/// `GET`: of which weeks there are reports, for managers.
pub const WEEKLY_REPORTS: &str = "/api/v1/weekly-reports";
/// `GET`: the report of a week by department, as a page to print.
pub const WEEKLY_REPORT: &str = "/api/v1/weekly-reports/{week}";
/// `GET`: the same as CSV.
pub const WEEKLY_REPORT_CSV: &str = "/api/v1/weekly-reports/{week}/csv";
/// `POST`: what a coupon is worth.
pub const COUPON_SEARCH: &str = "/api/v1/coupons/search";
/// `POST`: a coupon is set aside for a receipt.
pub const COUPON_RESERVATIONS: &str = "/api/v1/coupon-reservations";
/// `POST`: it has paid.
pub const COUPON_COMMIT: &str = "/api/v1/coupon-reservations/{reservation_id}/commit";
/// `POST`: it is free again.
pub const COUPON_RELEASE: &str = "/api/v1/coupon-reservations/{reservation_id}/release";
/// `GET`: by what a till without network checks coupons.
pub const COUPON_KEYS: &str = "/api/v1/coupon-keys";
/// `POST`: a till has taken a coupon without network. `GET`: what tills have, for a manager.
pub const COUPON_REDEMPTIONS: &str = "/api/v1/coupon-redemptions";
/// `GET`: what happens in the store, as server-sent events.
pub const EVENTS: &str = "/api/v1/events";
/// `POST`: what somebody wants to buy is put onto the list of whoever has a card.
pub const SHOPPING_LISTS: &str = "/api/v1/shopping-lists";
/// `POST`: somebody joins the loyalty programme, and gets a card.
pub const MEMBERS: &str = "/api/v1/members";
/// `POST`: what the holder of a card agrees to, or no longer does.
pub const MEMBER_CONSENTS: &str = "/api/v1/members/consents";
/// `POST`: send a code to a phone number.
pub const MEMBER_CODES: &str = "/api/v1/members/codes";
/// `POST`: the code that came, for a proof that the number is one's own.
pub const MEMBER_PROOFS: &str = "/api/v1/members/proofs";
/// `POST`: a till looks for a member.
pub const MEMBER_SEARCH: &str = "/api/v1/members/search";
/// `GET`: all that is kept of the member of a proof.
pub const MEMBER_SELF: &str = "/api/v1/members/self";
/// `POST`: the member of a proof is to be erased.
pub const MEMBER_ERASURE: &str = "/api/v1/members/self/erasure";
/// `GET`: what the member of a proof has.
pub const MEMBER_POINTS: &str = "/api/v1/members/self/points";
/// `POST`: a link for the member's own phone is to be made, shown or sent.
pub const MEMBER_LINKS: &str = "/api/v1/members/links";
/// `POST`: a phone opens such a link, and becomes a member's own.
pub const MEMBER_PHONES: &str = "/api/v1/members/phones";
/// `POST`: this phone is to be a member's own no longer.
pub const OWN_PHONE_END: &str = "/api/v1/members/self/phone/end";
/// `POST`: send a code to the member's number, or to a new one that is to be theirs.
pub const OWN_CODES: &str = "/api/v1/members/self/codes";
/// `POST`: the code that came to the member's number, on their own phone.
pub const OWN_PROOFS: &str = "/api/v1/members/self/proofs";
/// `GET`: what the member has told of themselves; `PUT`: the same, as a whole.
pub const OWN_PROFILE: &str = "/api/v1/members/self/profile";
/// `GET`: the member's shopping list; `PUT`: what they make of it.
pub const OWN_SHOPPING_LIST: &str = "/api/v1/members/self/shopping-list";
/// `GET`: the member's card, and the digits that show it is at hand.
pub const OWN_CARD: &str = "/api/v1/members/self/card";
/// `POST`: the member has another number from now on.
pub const OWN_NUMBER: &str = "/api/v1/members/self/number";
/// `POST`: what the member agrees to, or no longer does.
pub const OWN_CONSENTS: &str = "/api/v1/members/self/consents";
/// `GET`: what the chain gives the member alone, today.
pub const OWN_OFFERS: &str = "/api/v1/members/self/offers";
/// `POST`: the member switches one of those on.
pub const OWN_OFFER_ACTIVATION: &str = "/api/v1/members/self/offers/{offer_id}/activation";
/// `POST`: what points could do for a receipt.
pub const POINTS_QUOTES: &str = "/api/v1/points/quotes";
/// `POST`: set points aside for a receipt.
pub const POINTS_RESERVATIONS: &str = "/api/v1/points/reservations";
/// `POST`: the points that were set aside have paid.
pub const POINTS_COMMIT: &str = "/api/v1/points/reservations/{reservation_id}/commit";
/// `POST`: the points that were set aside are not needed.
pub const POINTS_CANCEL: &str = "/api/v1/points/reservations/{reservation_id}/cancel";
/// `POST`: a receipt was paid.
pub const RECEIPTS: &str = "/api/v1/receipts";
/// `GET`: the lines of a receipt, for a tablet of the staff.
pub const RECEIPT: &str = "/api/v1/receipts/{receipt_number}";
/// `POST`: what was wrong with a line of a receipt is put right without the goods.
pub const WITHOUT_GOODS: &str = "/api/v1/receipts/{receipt_number}/returns-without-goods";
/// `POST`: something of a receipt is brought back.
pub const RECEIPT_RETURNS: &str = "/api/v1/receipts/{receipt_number}/returns";
/// `GET`: how messages to people go, for a tablet of the staff.
pub const MESSAGES: &str = "/api/v1/messages";
/// `GET`: a gateway reports what became of a message.
pub const MESSAGE_DELIVERY: &str = "/api/v1/messages/{message_id}/delivery";
/// `GET`: what the webhook was told or is to be told, after an event, for a till.
pub const WEBHOOK_EVENTS: &str = "/api/v1/webhook-events";
/// `POST`: a device becomes one of the store's, by the code that `polka device add` printed.
pub const DEVICE_ENROLMENT: &str = "/api/v1/devices/enrolment";
/// `GET`: what this device is and is to be; `PUT`: how it does.
pub const DEVICE_SELF: &str = "/api/v1/devices/self";
/// `POST`: the installer's PIN, which opens a device's set-up page.
pub const INSTALLER: &str = "/api/v1/devices/installer";
/// `GET`: how all devices of the store do, for a tablet of its staff.
pub const DEVICES: &str = "/api/v1/devices";
/// `GET`: the description of this API.
pub const OPENAPI: &str = "/api/openapi.json";
/// `GET`: the files of the voice pack, where the server has one.
pub const VOICES: &str = "/voices/";
/// `GET`: measurements, for Prometheus.
pub const METRICS: &str = "/metrics";
/// All under it that is none of the above is answered as an error of the API.
pub const API: &str = "/api/";

/// Whether the app has a page at this path: the server calls any other unknown.
#[must_use]
pub fn is_page(path: &str) -> bool {
    matches!(
        path.trim_matches('/').split('/').collect::<Vec<_>>()[..],
        ["" | "call-staff"
            | "case-status"
            | "checkout"
            | "find-product"
            | "find-way"
            | "help"
            | "installer"
            | "join-loyalty"
            | "member-card"
            | "report-expired"
            | "shopping-list"
            | "staff-desk",]
            | ["find-way" | "label-report" | "price-check", _]
    )
}
