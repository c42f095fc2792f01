//! What can be wrong with a stored ledger, each in one sentence that names the leaf. Finding it
//! belongs to [`super`].

/// One thing that is wrong. Where no leaf can be told from its neighbors, as with an edited leaf
/// whose opening was erased, the finding names the smallest range known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The leaf has a wrong length or an unknown version.
    #[error("leaf {leaf}: it is not a leaf of version 1 with 33 bytes; its row was edited")]
    Form {
        /// Index of the leaf.
        leaf: u64,
    },
    /// The leaf does not commit to its opening.
    #[error("leaf {leaf}: it does not commit to its opening; leaf, salt or entry was edited")]
    Edited {
        /// Index of the leaf.
        leaf: u64,
    },
    /// The leaf commits to its opening, which is no entry.
    #[error("leaf {leaf}: its entry is not a JSON object with an index")]
    Unreadable {
        /// Index of the leaf.
        leaf: u64,
    },
    /// The entry says it is another leaf's.
    #[error("leaf {leaf}: its entry was written as that of leaf {stated}; the row was moved")]
    Moved {
        /// Index of the leaf.
        leaf: u64,
        /// Index in the entry.
        stated: u64,
    },
    /// A row whose index was read before, or is less than one that was.
    #[error("leaf {leaf}: it is stored after leaf {after}; a row was added or moved")]
    OutOfOrder {
        /// Index of the leaf.
        leaf: u64,
        /// Largest index read before it.
        after: u64,
    },
    /// Leaves below the head's size that are not stored.
    #[error("{}: not stored although the head counts it; dropped", leaves(*first, *last))]
    Missing {
        /// Index of the first such leaf.
        first: u64,
        /// Index of the last such leaf.
        last: u64,
    },
    /// Stored leaves that the head does not count.
    #[error("{}: stored although the head does not count it; added", leaves(*first, *last))]
    Added {
        /// Index of the first such leaf.
        first: u64,
        /// Index of the last such leaf.
        last: u64,
    },
    /// A stored node is not the hash of its leaves.
    #[error(
        "{}: the node stored over them does not match; leaf or node was edited",
        leaves(*first, *last)
    )]
    Node {
        /// Index of the first leaf below the node.
        first: u64,
        /// Index of the last leaf below the node.
        last: u64,
    },
    /// A stored node that the ledger does not have.
    #[error(
        "node {level}/{index}: a ledger that ends before leaf {size} stores no such node; added"
    )]
    StrayNode {
        /// Level of the node.
        level: u8,
        /// Position of the node on its level.
        index: u64,
        /// Number of leaves.
        size: u64,
    },
    /// The leaves do not have the head's root.
    #[error("{}: the head's root is not theirs; leaf or head was edited", leaves(*first, *last))]
    Head {
        /// Index of the first leaf that no earlier checkpoint vouches for.
        first: u64,
        /// Index of the last leaf.
        last: u64,
    },
    /// The leaves do not have the root that a checkpoint kept from earlier states.
    #[error(
        "{}: a checkpoint kept from earlier has another root; the past was rewritten",
        leaves(*first, *last)
    )]
    Fork {
        /// Index of the first leaf that no earlier checkpoint vouches for.
        first: u64,
        /// Index of the last leaf the checkpoint covers.
        last: u64,
    },
    /// A checkpoint kept from earlier has more leaves than the head.
    #[error(
        "{}: in a checkpoint kept from earlier and no longer in the ledger; it was rolled back",
        leaves(*size, known - 1)
    )]
    Rollback {
        /// Number of leaves now.
        size: u64,
        /// Number of leaves in the checkpoint.
        known: u64,
    },
    /// The root at a size cannot be computed.
    #[error(
        "leaf {size}: the root of all leaves before it cannot be checked; one of them is missing, \
         or the known checkpoint was not handed in before the rows"
    )]
    Unchecked {
        /// Number of leaves.
        size: u64,
    },
}

fn leaves(first: u64, last: u64) -> String {
    if first == last { format!("leaf {first}") } else { format!("leaf {first} to leaf {last}") }
}
