//! Why a table of routes is none.

/// A route that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MapperError {
    /// A requirement, in a path or beside it, is no regular expression.
    #[error("route {path}: {source}")]
    Requirement {
        /// The route's path.
        path: String,
        /// What is wrong with the expression.
        source: regex_lite::Error,
    },
    /// A redirect is to have a variable in it that the route does not have.
    #[error("route {path}: its destination holds {{{variable}}}, which is no variable of it")]
    Destination {
        /// The route's path.
        path: String,
        /// The variable's name.
        variable: String,
    },
    /// The index has no place for a path.
    #[error("route {path}: {source}")]
    Index {
        /// The route's path.
        path: String,
        /// What is in its way.
        source: matchit::InsertError,
    },
}
