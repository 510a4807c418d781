//! What may be wrong on purpose.

/// Something wrong on purpose, to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// The server says "taken" before it has committed.
    AnswersBeforeCommit,
    /// The server keeps keys in its memory alone.
    ForgetsKeys,
    /// A device makes a new key for each try.
    NewKeyEachTry,
    /// A device gives an entry up after some tries.
    GivesUp,
    /// A device thanks before the write is kept.
    ThanksBeforeKept,
    /// A device does not wait for the answer before it sends the next.
    DoesNotWait,
    /// The server gives a task to whoever asks last.
    GivesToTwo,
    /// The server decides about a report again when the end of its task comes again.
    DecidesTwice,
    /// The server gives a task to somebody, and says that somebody else has it.
    RefusesWhatItGives,
    /// The clock releases what was not found.
    ReleasesWhatIsDecided,
    /// The server gives a coupon to each register that asks.
    PaysTwice,
    /// The server books what a coupon has paid, and not what it has cost.
    BooksHalf,
}
