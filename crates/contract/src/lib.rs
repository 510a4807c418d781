//! What the app and the server say to each other: paths, wire types, error codes.
//!
//! Both sides compile this crate, so neither can misspell the other. A change here is a change of the
//! public API, which is snapshot-tested as `/api/openapi.json`.

mod apology;
mod apology_summary;
mod case;
mod coupon;
mod device;
mod device_settings;
mod error;
mod expired_report;
mod health;
mod keys;
mod member;
mod message;
mod offer;
mod own;
pub mod paths;
mod points;
mod product;
mod profile;
mod staff;
mod summary;
mod webhook;
mod without_goods;
mod write;

pub use apology::{
    ApologiesResponse, ApologyCancellationRequest, ApologyMessageState, ApologyPercent, ApologyReason,
    ApologyReasonsResponse, ApologyRequest, ApologyResponse, ApologyState, ApologyWay, ApologyWayRequest, CouponBlank,
    CouponBlanksResponse, KeptApologyRequest,
};
pub use apology_summary::{
    ApologyOutlier, ApologySum, ApologySummaryResponse, CustomerApologies, RecentApologiesResponse, RecentApology,
    RecentApologyWay, RecentCancellation, RecentCoupon, RecentCouponState, WeeklyReport, WeeklyReportsResponse,
};
pub use case::{
    CaseAnswerRequest, CaseCategoriesResponse, CaseCategory, CaseChannel, CaseClosureRequest, CaseDetailResponse,
    CaseDoneResponse, CaseHandoverRequest, CaseNoteRequest, CaseRequest, CaseResponse, CaseState, CaseStatusRequest,
    CaseStatusResponse, CaseStep, CaseStepKind, CasesResponse, OwnCase,
};
pub use coupon::{
    CouponKeyResponse, CouponKeysResponse, CouponLine, CouponRedemption, CouponRedemptionRequest,
    CouponRedemptionResponse, CouponRedemptionsResponse, CouponReservationRequest, CouponReservationResponse,
    CouponResponse, CouponSearchRequest, CouponTerms, CouponWorth, RedemptionOutcome, RedemptionState,
};
pub use device::{
    DeviceKind, DeviceResponse, DeviceStatus, DevicesResponse, ENROLMENT_SCAN, EnrolmentRequest, InstallerRequest,
    ListedDevice,
};
pub use device_settings::DeviceSettings;
pub use error::{ErrorBody, ErrorCode, ErrorResponse};
pub use expired_report::{
    ExpiredLot, ExpiredLotsResponse, ExpiredPhotoRequest, ExpiredReportOutcome, ExpiredReportRequest,
    ExpiredReportResponse, LONGEST_PHOTO_SIDE,
};
pub use health::{HealthResponse, HealthStatus};
pub use keys::{KeyFunction, KeyMap};
pub use member::{
    CodeRequest, CodeResponse, ConsentKind, ConsentRequest, ConsentResponse, ErasureRequest, ErasureResponse,
    FoundMemberResponse, MEMBER_PROOF, MemberRequest, MemberResponse, MemberSearchRequest, OwnCard, OwnConsent,
    OwnDataResponse, OwnExpiredReport, OwnLook, OwnPoints, OwnReceipt, ProofRequest, ProofResponse,
};
pub use message::{MessageChannel, MessageChannelState, MessagesResponse, ShownMessage};
pub use offer::{MOST_USED_OFFERS, OfferActivationRequest, OffersResponse, OwnOffer, PersonalOffer, UsableOffer};
pub use own::{
    CardCode, DoneResponse, LinkRequest, LinkResponse, LinkWay, NumberRequest, OpenLinkRequest, OwnCardResponse,
    OwnCodeRequest, OwnConsentRequest, OwnPhoneResponse, OwnProofRequest, OwnShoppingList, OwnShoppingListRequest,
    Profile, ShoppingListRequest, Wish,
};
pub use points::{
    Buyer, ExpiringPoints, MOST_SOLD_ITEMS, PointsChange, PointsResponse, QuoteRequest, QuoteResponse, ReceiptRequest,
    ReceiptResponse, ReservationRequest, ReservationResponse, ReservationState, ReturnRequest, ReturnResponse,
    ReturnedItem, SettlementRequest, SoldItem, SpendProof,
};
pub use product::{ContentResponse, OfferResponse, ProductResponse, ShelfAddressResponse, UnitPriceResponse};
pub use profile::{DeviceProfile, Input, Jack, MEASURES, Measure};
pub use staff::{
    Claimer, NothingRequest, OpenTask, OwnCallResponse, SignInRequest, StaffResponse, StaffRole, StoreEvent,
    TaskChanges, TaskEndRequest, TaskKind, TaskOutcome, TaskResponse, TaskStep, TaskStepRequest, TasksResponse,
    TillRequest,
};
pub use summary::{
    DepartmentSummary, ExpiredSummaryResponse, HourSummary, MinutesChange, ProductSummary, RefusedSummary, WeekSummary,
};
pub use webhook::{ConfirmedLotEvent, CouponEvent, WebhookEvent, WebhookEventsResponse, WebhookTold};
pub use without_goods::{KnownLine, KnownReceiptResponse, WaitingGoods, WithoutGoodsRequest};
pub use write::{
    CallRequest, CallResponse, CallState, IDEMPOTENCY_KEY, LabelReportRequest, MissingReportRequest, ReportOutcome,
    ReportResponse, SEALED, seal_context,
};
