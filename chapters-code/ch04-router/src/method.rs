//! A controller's method and its decorators (`nova.api.openstack.wsgi`,
//! `nova.api.openstack.extensions`).

use crate::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest};
use nova_paste::Raised;
use nova_pipeline::{Fault, webob::http_error};
use std::{
    ops::{Bound, RangeBounds},
    panic::Location,
    pin::Pin,
    sync::Arc,
};

type Answer = Pin<Box<dyn Future<Output = Result<ApiResponse, ApiError>> + Send>>;

/// A method of a controller whose state is an `S`, as Python's decorators describe it.
pub struct Method<S> {
    function: Box<dyn Fn(Arc<S>, ApiRequest) -> Answer + Send + Sync>,
    decorators: Decorators,
}

/// Makes a [`Method`] of an async function.
#[track_caller]
pub fn method<S, F, A, R>(function: F) -> Method<S>
where
    F: Fn(Arc<S>, ApiRequest) -> A + Send + Sync + 'static,
    A: Future<Output = Result<R, ApiError>> + Send + 'static,
    R: Into<ApiResponse>,
{
    let function = Box::new(move |state, request| -> Answer {
        let answer = function(state, request);
        Box::pin(async move { Ok(answer.await?.into()) })
    });
    let decorators = Decorators {
        code: 200,
        expected: None,
        versions: VersionRange::default(),
        rule: None,
        checks: Vec::new(),
        location: Location::caller(),
    };
    Method { function, decorators }
}

impl<S: Send + Sync + 'static> Method<S> {
    /// `@wsgi.response(code)`: the status of an answer that names none.
    #[must_use]
    pub fn response(mut self, code: u16) -> Self {
        self.decorators.code = code;
        self
    }

    /// `@extensions.expected_errors(codes)`: what the method may refuse. Whatever else goes
    /// wrong in it is a bug, and the client is asked to report it.
    #[must_use]
    pub fn expected_errors(mut self, codes: &'static [u16]) -> Self {
        self.decorators.expected = Some(codes);
        self
    }

    /// `@Controller.api_version(min, max)`: the versions it is for. A controller may have
    /// several methods of one name; the one with the newest `min` that fits is called.
    #[must_use]
    pub fn api_version(mut self, versions: impl RangeBounds<ApiVersionRequest>) -> Self {
        self.decorators.versions = VersionRange::of(&versions);
        self
    }

    /// The rule that says who may call the method: `os_compute_api:servers:create`. Nova asks in
    /// the method's first line; here the [`Resource`](crate::Resource) asks, before the method
    /// is called.
    #[must_use]
    pub fn policy(mut self, rule: &'static str) -> Self {
        self.decorators.rule = Some(rule);
        self
    }

    /// Something to be done with the request first, such as `@validation.schema`; its error is as
    /// the method's own.
    #[must_use]
    pub fn check(
        mut self,
        check: impl Fn(&mut ApiRequest) -> Result<(), ApiError> + Send + Sync + 'static,
    ) -> Self {
        self.decorators.checks.push(Box::new(check));
        self
    }

    /// The method with `state` bound to it.
    pub(crate) fn bind(self, state: Arc<S>) -> BoundMethod {
        let function = self.function;
        let call = Box::new(move |request| function(Arc::clone(&state), request));
        BoundMethod { call, decorators: self.decorators }
    }
}

/// A method with its state bound to it: a controller's, whatever the controller is.
pub(crate) struct BoundMethod {
    call: Box<dyn Fn(ApiRequest) -> Answer + Send + Sync>,
    decorators: Decorators,
}

struct Decorators {
    code: u16,
    expected: Option<&'static [u16]>,
    versions: VersionRange,
    rule: Option<&'static str>,
    checks: Vec<Check>,
    location: &'static Location<'static>,
}

type Check = Box<dyn Fn(&mut ApiRequest) -> Result<(), ApiError> + Send + Sync>;

impl BoundMethod {
    /// Answers, unless one of its checks has something against the request.
    pub(crate) async fn call(&self, mut request: ApiRequest) -> Result<ApiResponse, ApiError> {
        for check in &self.decorators.checks {
            check(&mut request)?;
        }
        (self.call)(request).await
    }

    /// Which fault or exception `error` makes.
    pub(crate) fn refusal(&self, error: ApiError) -> Refusal {
        match self.decorators.expected {
            Some(codes) => expected_errors(codes, error),
            None => resource_exception_handler(error),
        }
    }

    /// The rule that says who may call it.
    pub(crate) fn rule(&self) -> Option<&'static str> {
        self.decorators.rule
    }

    /// The status of an answer that names none.
    pub(crate) fn code(&self) -> u16 {
        self.decorators.code
    }

    /// Where the method is listed.
    pub(crate) fn location(&self) -> &'static Location<'static> {
        self.decorators.location
    }

    /// The first version the method is for, if there is one.
    pub(crate) fn start_version(&self) -> Option<ApiVersionRequest> {
        match self.decorators.versions.0 {
            Bound::Included(version) | Bound::Excluded(version) => Some(version),
            Bound::Unbounded => None,
        }
    }

    /// Is the method for requests of this version?
    pub(crate) fn matches(&self, version: Option<ApiVersionRequest>) -> bool {
        self.decorators.versions.matches(version)
    }
}

/// The versions that something is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VersionRange(Bound<ApiVersionRequest>, Bound<ApiVersionRequest>);

/// All of them.
impl Default for VersionRange {
    fn default() -> Self {
        Self(Bound::Unbounded, Bound::Unbounded)
    }
}

impl VersionRange {
    pub(crate) fn of(versions: &impl RangeBounds<ApiVersionRequest>) -> Self {
        Self(versions.start_bound().cloned(), versions.end_bound().cloned())
    }

    /// Is this version among them? A resource without versions takes what there is.
    pub(crate) fn matches(self, version: Option<ApiVersionRequest>) -> bool {
        version.is_none_or(|version| (self.0, self.1).contains(&version))
    }
}

/// What becomes of an [`ApiError`].
pub(crate) enum Refusal {
    /// The client is told.
    Fault(Fault),
    /// It travels on, to `faultwrap`.
    Raised(Raised),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// `extensions.expected_errors`: an error with one of `codes` is the client's to read, and so is
/// a refusal by policy or schema. Anything else is a bug.
///
/// Nova's methods turn their exceptions into HTTP exceptions by hand, one `except` for each. We
/// let the code decide, so an exception of an expected code explains itself.
// ANCHOR: expected_errors
fn expected_errors(codes: &[u16], error: ApiError) -> Refusal {
    let class = match error {
        ApiError::Http(fault) if codes.contains(&fault.code()) => return fault.into(),
        ApiError::Nova(raised, _) if is_expected(codes, &raised) => {
            return explain(raised).into();
        }
        ApiError::Http(fault) => {
            format!("webob.exc.HTTP{}", http_error(fault.code()).title.replace(' ', ""))
        }
        ApiError::Nova(raised, module) => format!("{module}.{}", raised.class),
    };
    Refusal::Fault(Fault::new(
        500,
        format!(
            "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and \
             attach the Nova API log if possible.\n<class '{class}'>"
        ),
    ))
}
// ANCHOR_END: expected_errors

fn is_expected(codes: &[u16], raised: &Raised) -> bool {
    matches!(raised.class.as_str(), "PolicyNotAuthorized" | "ValidationError")
        || raised.code.is_some_and(|code| codes.contains(&code))
}

/// `ResourceExceptionHandler`: `Forbidden` and `Invalid`, which we know by their codes, explain
/// themselves; all other exceptions travel on.
fn resource_exception_handler(error: ApiError) -> Refusal {
    match error {
        ApiError::Http(fault) => Refusal::Fault(fault),
        ApiError::Nova(raised, _) if matches!(raised.code, Some(400 | 403)) => {
            Refusal::Fault(explain(raised))
        }
        ApiError::Nova(raised, _) => Refusal::Raised(raised),
    }
}

fn explain(raised: Raised) -> Fault {
    let code = raised.status().as_u16();
    let fault = Fault::new(code, raised.message);
    raised.headers.iter().fold(fault, |fault, (name, value)| fault.header(name, value.clone()))
}
