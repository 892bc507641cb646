//! The errors that WebOb knows (`webob.exc`, 1.5.1), with the texts that it has in stock.

/// One of WebOb's error classes: its status line, and what it says if nobody says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpError {
    /// The status: `404`.
    pub code: u16,
    /// The reason in the status line: `Not Found`.
    pub title: &'static str,
    /// What it says if nobody says more: `The resource could not be found.`.
    pub explanation: &'static str,
}

const MALFORMED: &str = "The server could not comply with the request since it is either \
                         malformed or otherwise incorrect.";
const UNAUTHORIZED: &str = "This server could not verify that you are authorized to access the \
                            document you requested. Either you supplied the wrong credentials \
                            (e.g., bad password), or your browser does not understand how to \
                            supply the credentials required.";
const ERRED: &str =
    "The server has either erred or is incapable of performing the requested operation.";

const fn error(code: u16, title: &'static str, explanation: &'static str) -> HttpError {
    HttpError { code, title, explanation }
}

/// Every error that WebOb knows, by code.
const ERRORS: &[HttpError] = &[
    error(400, "Bad Request", MALFORMED),
    error(401, "Unauthorized", UNAUTHORIZED),
    error(402, "Payment Required", "Access was denied for financial reasons."),
    error(403, "Forbidden", "Access was denied to this resource."),
    error(404, "Not Found", "The resource could not be found."),
    error(405, "Method Not Allowed", MALFORMED),
    error(406, "Not Acceptable", MALFORMED),
    error(407, "Proxy Authentication Required", "Authentication with a local proxy is needed."),
    error(
        408,
        "Request Timeout",
        "The server has waited too long for the request to be sent by the client.",
    ),
    error(409, "Conflict", "There was a conflict when trying to complete your request."),
    error(410, "Gone", "This resource is no longer available. No forwarding address is given."),
    error(411, "Length Required", "Content-Length header required."),
    error(412, "Precondition Failed", "Request precondition failed."),
    error(
        413,
        "Request Entity Too Large",
        "The body of your request was too large for this server.",
    ),
    error(414, "Request-URI Too Long", "The request URI was too long for this server."),
    error(415, "Unsupported Media Type", MALFORMED),
    error(416, "Request Range Not Satisfiable", "The Range requested is not available."),
    error(417, "Expectation Failed", "Expectation failed."),
    error(422, "Unprocessable Entity", "Unable to process the contained instructions"),
    error(423, "Locked", "The resource is locked"),
    error(
        424,
        "Failed Dependency",
        "The method could not be performed because the requested action dependended on another \
         action and that action failed",
    ),
    error(428, "Precondition Required", "This request is required to be conditional"),
    error(
        429,
        "Too Many Requests",
        "The client has sent too many requests in a given amount of time",
    ),
    error(431, "Request Header Fields Too Large", "The request header fields were too large"),
    error(
        451,
        "Unavailable For Legal Reasons",
        "The resource is not available due to legal reasons.",
    ),
    error(500, "Internal Server Error", ERRED),
    error(501, "Not Implemented", ERRED),
    error(502, "Bad Gateway", "Bad gateway."),
    error(
        503,
        "Service Unavailable",
        "The server is currently unavailable. Please try again at a later time.",
    ),
    error(504, "Gateway Timeout", "The gateway has timed out."),
    error(505, "HTTP Version Not Supported", "The HTTP version is not supported."),
    error(507, "Insufficient Storage", "There was not enough space to save the resource"),
    error(511, "Network Authentication Required", "Network authentication is required"),
];

/// WebOb's error for `code`; 500 for a code that it has no error for.
pub fn http_error(code: u16) -> HttpError {
    let known = ERRORS.iter().find(|error| error.code == code);
    known.copied().unwrap_or(error(500, "Internal Server Error", ERRED))
}
