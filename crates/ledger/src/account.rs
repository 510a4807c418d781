//! Between which accounts points move, and whose they are.

use std::fmt;
use std::str::FromStr;

/// The number of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub i64);

/// The number of a lot: points that came together and expire together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotId(pub i64);

/// A department of the chain that bears the cost of points: 1 to 40 small letters, digits, `_` or `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Department(String);

/// The text is no name of a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepartmentError;

impl Department {
    const LONGEST: usize = 40;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Department {
    type Err = DepartmentError;

    fn from_str(text: &str) -> Result<Self, DepartmentError> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
        let is_name = (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_allowed);
        is_name.then(|| Self(text.to_owned())).ok_or(DepartmentError)
    }
}

impl fmt::Display for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DepartmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is not 1 to {} small letters, digits, _ or -", Department::LONGEST)
    }
}

impl std::error::Error for DepartmentError {}

/// Between what points move.
///
/// The first three are the member's and never below nought, in any lot. The others show where points came from
/// and where they went: those from which points come are below nought, by as many as came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the member can pay with.
    MemberAvailable,
    /// What is promised to the member, and not yet confirmed.
    MemberPending,
    /// What is reserved for a receipt.
    MemberHeld,
    /// From where points for shopping come: the programme itself.
    ProgrammeIssued,
    /// From where points come whose cost a department bears.
    DepartmentCost(Department),
    /// Where points go that nobody used in time.
    Expired,
    /// Where points go that were paid with.
    Redeemed,
}

impl Account {
    const DEPARTMENT_COST: &str = "department_cost:";

    /// As it is written in the database; a department stands behind a colon: `department_cost:dairy`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::MemberAvailable => "member_available".into(),
            Self::MemberPending => "member_pending".into(),
            Self::MemberHeld => "member_held".into(),
            Self::ProgrammeIssued => "programme_issued".into(),
            Self::DepartmentCost(department) => format!("{}{department}", Self::DEPARTMENT_COST),
            Self::Expired => "expired".into(),
            Self::Redeemed => "redeemed".into(),
        }
    }

    /// The account with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "member_available" => Self::MemberAvailable,
            "member_pending" => Self::MemberPending,
            "member_held" => Self::MemberHeld,
            "programme_issued" => Self::ProgrammeIssued,
            "expired" => Self::Expired,
            "redeemed" => Self::Redeemed,
            _ => Self::DepartmentCost(code.strip_prefix(Self::DEPARTMENT_COST)?.parse().ok()?),
        })
    }

    /// From where points come whose cost this department bears, or the programme where there is none.
    #[must_use]
    pub fn bearing_cost(department: Option<Department>) -> Self {
        department.map_or(Self::ProgrammeIssued, Self::DepartmentCost)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_account_is_found_by_its_code() {
        let dairy = Account::DepartmentCost("dairy".parse().expect("a department"));
        for (account, code) in [
            (Account::MemberAvailable, "member_available"),
            (Account::MemberPending, "member_pending"),
            (Account::MemberHeld, "member_held"),
            (Account::ProgrammeIssued, "programme_issued"),
            (dairy, "department_cost:dairy"),
            (Account::Expired, "expired"),
            (Account::Redeemed, "redeemed"),
        ] {
            assert_eq!(account.code(), code);
            assert_eq!(Account::from_code(code), Some(account));
        }
    }

    #[test]
    fn a_department_has_a_short_plain_name() {
        for text in ["", "Dairy", "dairy milk", "молоко", "a:b", &"a".repeat(41)] {
            assert_eq!(text.parse::<Department>(), Err(DepartmentError), "{text:?}");
        }
        assert_eq!("fruit-and_veg2".parse::<Department>().map(|it| it.to_string()), Ok("fruit-and_veg2".into()));
    }

    proptest! {
        #[test]
        fn any_text_is_the_code_of_one_account_or_of_none(text in "(department_cost:|member_)?.{0,20}") {
            if let Some(account) = Account::from_code(&text) {
                prop_assert_eq!(account.code(), text);
            }
        }
    }
}
