//! Codes as they come: the table of what each means, the real list, and whatever else a scanner may send.

mod any_input;
mod corpus;
mod invariants;
mod own_numbers;
mod real_codes;
mod shared;
mod table;
