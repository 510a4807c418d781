//! Loyalty points as double entry: the rules, and nothing else.
//!
//! **Double entry.** No balance is stored anywhere. What is stored are [`Posting`]s: so many points, into or
//! out of one [`Account`]. Several of them make a [`Transaction`], and together they are always nought: points
//! come from somewhere and go somewhere. Ten points for a receipt are `programme_issued −10, member_available
//! +10`. Reserving four of them is `member_available −4, member_held +4`; paying with them is `member_held −4,
//! redeemed +4`. A mistake is set right by a further transaction, never by changing an old one. So the balance
//! of a member is the sum of the postings, and every point of it can be explained.
//!
//! **Lots.** Points that came together expire together: they are a lot, and each posting names its lot.
//!
//! **How it is used.** The store of the transactions adds up the postings of a member and makes a
//! [`MemberState`] of the sums. A rule ([`accrue`], [`reserve`], [`redeem`]…) takes the state and gives a
//! [`Draft`], or a [`Refusal`]. [`Draft::book`] makes the transaction, with the number of the new lot where
//! there is one. The store keeps it as a [`Record`] with its [`chain()`] value, so that a change is noticed.
//!
//! The store must load, rule and write in one database transaction, and know a write again by its key. Nothing
//! here knows a clock, chance, a database or a language: the day and the amounts come in as values. Any value
//! gives a draft or a refusal, never a panic. Start reading at [`Account`], then [`Transaction`], then `receipt.rs`.

mod account;
mod apology;
mod chain;
mod coupon;
mod coupon_qr;
mod history;
mod member;
mod outlier;
mod receipt;
mod refusal;
mod returns;
mod rewards;
mod settings;
mod transaction;
mod without_goods;

pub use account::{Account, Department, DepartmentError, LotId, MemberId};
pub use apology::{ApologyLimit, ApologyLimits, GivenBefore};
pub use chain::{Broken, Hash, HashError, Record, chain, verify};
pub use coupon::{CouponRefusal, Goods, Line, Sale, Taken, TakenFault, Terms, Worth};
pub use coupon_qr::{CouponKey, CouponQr, CouponSigner, NotSignable, QrRefusal};
pub use history::History;
pub use member::{Lot, LotSum, MemberState, StateError};
pub use outlier::{Outlier, WEEKS_BEFORE, outlying_people, outlying_reasons};
pub use receipt::{Accrual, Channel, Quote, Receipt, Today, accrue, cancel_reservation, quote, redeem, reserve};
pub use refusal::{Cap, Refusal};
pub use returns::{Return, Returned, return_goods};
pub use rewards::{accrue_pending, adjust, cancel_pending, expire, merge, release};
pub use settings::{ReleaseExpiry, Rounding, Settings};
pub use transaction::{Draft, Kind, NewLot, OpenedLot, Posting, Transaction, TransactionError};
pub use without_goods::{BoughtLine, WithoutGoodsRefusal, WithoutGoodsRules};

#[cfg(test)]
mod testing;
