//! What a person does here, a folder each. None knows another.

pub mod call_staff;
pub mod case_status;
pub mod checkout;
pub mod find_product;
pub mod find_way;
pub mod help;
pub mod installer;
pub mod join_loyalty;
pub mod label_report;
pub mod member_card;
pub mod not_found;
pub mod price_check;
pub mod report_expired;
pub mod shopping_list;
pub mod staff_desk;
pub mod welcome;
