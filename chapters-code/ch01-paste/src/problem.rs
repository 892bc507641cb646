//! Everything that can be wrong with a configuration: what `paste.deploy` and `configparser` raise
//! exceptions for.

use nova_objects::Unplugged;

/// What is wrong. Where it is and what would be right is said by the
/// [`PasteError`](crate::PasteError) around it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("cannot read {file}: {reason}")]
    FileNotFound {
        /// Its path.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// The file is not text.
    #[error("{file} is not UTF-8 from byte {valid_up_to} on")]
    Unicode {
        /// Its path.
        file: String,
        /// How much of it is.
        valid_up_to: usize,
    },
    /// There is a setting before the first section.
    #[error("no section has begun yet")]
    MissingSectionHeader,
    /// A line is neither a header nor a setting.
    #[error("neither `[section]` nor `key = value`")]
    ParseError,
    /// A section is there twice.
    #[error("section [{section}] is there already, on line {first}")]
    DuplicateSection {
        /// Its name.
        section: String,
        /// The line of the first one.
        first: usize,
    },
    /// A key is there twice.
    #[error("[{section}] has a `{key}` already, on line {first}")]
    DuplicateOption {
        /// The section.
        section: String,
        /// The key.
        key: String,
        /// The line of the first one.
        first: usize,
    },
    /// A value refers to another that is not there.
    #[error("nothing is called `{name}` here")]
    InterpolationMissingOption {
        /// What it refers to.
        name: String,
    },
    /// A `%` is followed by something that means nothing.
    #[error("a `%` must be followed by `%` or `(name)s`, not as in `{found}`")]
    InterpolationSyntax {
        /// The `%` and what follows.
        found: String,
    },
    /// A value refers to values that refer to values, without end.
    #[error("a value refers to others more than 10 deep")]
    InterpolationDepth,
    /// The file, or what its sections are told all together, is too long to be meant.
    #[error("longer than 1 MiB")]
    TooLong,
    /// No section has the name.
    #[error("no {object} section named {name}")]
    NoSection {
        /// The name.
        name: String,
        /// `app`, `filter` or `server`.
        object: &'static str,
    },
    /// Several sections have the name.
    #[error("{name} can be any of {}", sections.join(", "))]
    AmbiguousSection {
        /// The name.
        name: String,
        /// The sections, with their brackets.
        sections: Vec<String>,
    },
    /// A section does not say what makes its object.
    #[error("[{section}] names no factory")]
    NoLoader {
        /// The section.
        section: String,
    },
    /// A section names several factories.
    #[error("[{section}] names several factories: {}", keys.join(", "))]
    MultipleProtocols {
        /// The section.
        section: String,
        /// The keys that name one.
        keys: Vec<&'static str>,
    },
    /// A `[filter-app:]` does not say what it filters.
    #[error("[{section}] has no `next`")]
    MissingNext {
        /// The section.
        section: String,
    },
    /// A `[pipeline:]` has no `pipeline`.
    #[error("[{section}] has no `pipeline`")]
    MissingPipeline {
        /// The section.
        section: String,
    },
    /// A `[pipeline:]` has nothing in it.
    #[error("the pipeline is empty")]
    EmptyPipeline,
    /// A `[pipeline:]` has settings that nobody would read.
    #[error("a pipeline has no settings of its own, such as {}", keys.join(", "))]
    ExtraPipelineSettings {
        /// Their keys.
        keys: Vec<String>,
    },
    /// `filter-with` stands where `paste.deploy` makes a function of it instead of an app.
    #[error("with filter-with, [{section}] is no app")]
    NotAnApp {
        /// The section.
        section: String,
    },
    /// A URI has no scheme.
    #[error("{uri} has no scheme")]
    NoScheme {
        /// The URI.
        uri: String,
    },
    /// A URI has a scheme that nobody knows.
    #[error("no such scheme: {scheme}")]
    UnknownScheme {
        /// The scheme.
        scheme: String,
    },
    /// A file is named relative to nothing.
    #[error("{path} is relative, and nothing says to what")]
    RelativeUri {
        /// The path.
        path: String,
    },
    /// `call:` is followed by something else than `module:function`.
    #[error("{spec} is not of the form module:function")]
    BadCallFormat {
        /// What follows.
        spec: String,
    },
    /// The value of a `paste.*_factory` has not the form of an entry point.
    #[error("`{target}` is not of the form module:attribute")]
    BadTarget {
        /// The value.
        target: String,
    },
    /// The distribution is not installed.
    #[error("no distribution named {dist} is installed")]
    EggNotFound {
        /// Its name.
        dist: String,
    },
    /// The distribution has no such entry point.
    #[error("{dist} has no {object} named {name}")]
    EntryPointNotFound {
        /// The distribution.
        dist: String,
        /// `app`, `filter` or `server`.
        object: &'static str,
        /// The name.
        name: String,
    },
    /// The distribution has several such entry points.
    #[error("{dist} has several entry points named {name}: {}", groups.join(", "))]
    AmbiguousEntryPoint {
        /// The distribution.
        dist: String,
        /// The name.
        name: String,
        /// What kinds they are.
        groups: Vec<&'static str>,
    },
    /// There is no such module.
    #[error("no module named {module} is installed")]
    ImportError {
        /// The module.
        module: String,
    },
    /// The module has no such attribute.
    #[error("module {module} has no {attribute}")]
    AttributeError {
        /// The module.
        module: String,
        /// The attribute.
        attribute: String,
    },
    /// A module was named, but nothing in it.
    #[error("{module} is a module, not a factory")]
    NotCallable {
        /// The module.
        module: String,
    },
    /// The factory is of another kind than the section.
    #[error("{target} makes {makes}s, but {wanted}s are wanted")]
    WrongFactory {
        /// The factory.
        target: String,
        /// What it makes.
        makes: &'static str,
        /// What is wanted.
        wanted: &'static str,
    },
    /// Nothing says what kind of thing `call:` is to make.
    #[error("nothing says what kind of factory {target} is")]
    UnknownProtocol {
        /// The factory.
        target: String,
    },
    /// A section is made of itself.
    #[error("{} is made of itself", path.join(" › "))]
    Recursion {
        /// The sections, from the outermost to the one met again.
        path: Vec<String>,
    },
    /// The file asks for more than can be meant.
    #[error("more than {limit} {what}")]
    TooMany {
        /// How many there may be.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// A factory does not like what it is given.
    #[error("{message}")]
    Raised {
        /// The Python class of what it raises: `ValueError`.
        class: &'static str,
        /// What it says.
        message: String,
    },
    /// A factory asks for something that nobody plugged in.
    #[error(transparent)]
    Unplugged(#[from] Unplugged),
}
