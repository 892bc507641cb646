//! Microversions (`nova/api/openstack/api_version_request.py`).

use http::{HeaderMap, HeaderValue, header::VARY};
use nova_objects::NovaException;
use std::{borrow::Cow, fmt, str::FromStr};

/// The header that asks for a microversion: `2.10` or `latest`.
pub const API_VERSION_REQUEST_HEADER: &str = "X-OpenStack-Nova-API-Version";

/// The header that all OpenStack services share since Newton: `compute 2.10`.
pub const OPENSTACK_API_VERSION_HEADER: &str = "OpenStack-API-Version";

/// A version of the API: major and minor, compared as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersionRequest(pub u32, pub u32);

impl fmt::Display for ApiVersionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for ApiVersionRequest {
    type Err = ApiVersionError;

    /// Reads `2.10`. Neither number has zeros in front, and the first is not zero.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |digits: &str| {
            let plain = digits.bytes().all(|b| b.is_ascii_digit());
            let padded = digits.len() > 1 && digits.starts_with('0');
            digits.parse().ok().filter(|_| plain && !padded)
        };
        let parts = text.split_once('.');
        match parts.and_then(|(major, minor)| Some((number(major)?, number(minor)?))) {
            Some((major, minor)) if major > 0 => Ok(Self(major, minor)),
            _ => Err(ApiVersionError::InvalidApiVersionString(text.to_owned())),
        }
    }
}

/// The versions that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiVersions {
    /// The first; also what a request gets that asks for none.
    pub min: ApiVersionRequest,
    /// The last: `latest`.
    pub max: ApiVersionRequest,
}

impl ApiVersions {
    /// The version that a request with these headers asks for (`set_api_version_request`).
    ///
    /// # Errors
    ///
    /// It is no version, or not one of these.
    pub fn requested(&self, headers: &HeaderMap) -> Result<ApiVersionRequest, ApiVersionError> {
        // ANCHOR: requested
        let req_ver = match shared_header(headers).or_else(|| nova_header(headers)) {
            None => return Ok(self.min),
            Some(text) if text == "latest" => return Ok(self.max),
            Some(text) => text.parse()?,
        };
        if (self.min..=self.max).contains(&req_ver) {
            return Ok(req_ver);
        }
        let (min_ver, max_ver) = (self.min, self.max);
        Err(ApiVersionError::InvalidGlobalApiVersion { req_ver, min_ver, max_ver })
        // ANCHOR_END: requested
    }
}

/// The last `compute <version>` of `OpenStack-API-Version`, which may name several services.
fn shared_header(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(OPENSTACK_API_VERSION_HEADER).into_iter();
    let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    let pairs = texts.iter().flat_map(|text| text.split(','));
    let pairs = pairs.filter_map(|pair| pair.trim().split_once(char::is_whitespace));
    let mut compute = pairs.filter(|(service, _)| service.eq_ignore_ascii_case("compute"));
    compute.next_back().map(|(_, version)| version.trim().to_owned())
}

fn nova_header(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(API_VERSION_REQUEST_HEADER)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Says in an answer's headers which version it speaks.
pub(crate) fn announce(version: ApiVersionRequest, headers: &mut HeaderMap) {
    let values = [
        (API_VERSION_REQUEST_HEADER, version.to_string()),
        (OPENSTACK_API_VERSION_HEADER, format!("compute {version}")),
        (VARY.as_str(), format!("{API_VERSION_REQUEST_HEADER}, {OPENSTACK_API_VERSION_HEADER}")),
    ];
    for (name, text) in values {
        if let (Ok(name), Ok(value)) =
            (name.parse::<http::HeaderName>(), HeaderValue::try_from(text))
        {
            headers.insert(name, value);
        }
    }
}

/// A version that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiVersionError {
    /// The text is no version.
    #[error("API Version String {0} is of invalid format. Must be of format MajorNum.MinorNum.")]
    InvalidApiVersionString(String),
    /// Nobody here speaks that version.
    #[error(
        "Version {req_ver} is not supported by the API. \
         Minimum is {min_ver} and maximum is {max_ver}."
    )]
    InvalidGlobalApiVersion {
        /// The version asked for.
        req_ver: ApiVersionRequest,
        /// The first there is.
        min_ver: ApiVersionRequest,
        /// The last there is.
        max_ver: ApiVersionRequest,
    },
}

impl NovaException for ApiVersionError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::InvalidApiVersionString(_) => "InvalidAPIVersionString".into(),
            Self::InvalidGlobalApiVersion { .. } => "InvalidGlobalAPIVersion".into(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::InvalidApiVersionString(_) => 400,
            Self::InvalidGlobalApiVersion { .. } => 406,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiVersionRequest, ApiVersions};
    use http::HeaderMap;

    const VERSIONS: ApiVersions =
        ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 47) };

    #[test]
    fn a_version_is_two_plain_numbers() {
        for (text, version) in [("2.1", (2, 1)), ("2.0", (2, 0)), ("10.23", (10, 23))] {
            assert_eq!(text.parse(), Ok(ApiVersionRequest(version.0, version.1)));
        }
        let no_versions = [
            "",
            "2",
            "2.",
            ".1",
            "2.01",
            "02.1",
            "0.1",
            " 2.1",
            "2.1 ",
            "2.1.3",
            "2.+1",
            "-2.1",
            "LATEST",
            "two.one",
            "2.99999999999",
            "\u{662}.1",
        ];
        for text in no_versions {
            let error = text.parse::<ApiVersionRequest>().unwrap_err().to_string();
            let rule = "is of invalid format. Must be of format MajorNum.MinorNum.";
            assert_eq!(error, format!("API Version String {text} {rule}"));
        }
        assert!(ApiVersionRequest(2, 9) < ApiVersionRequest(2, 10));
    }

    #[test]
    fn both_headers_ask_for_a_version_and_the_shared_one_wins() {
        let nova = "x-openstack-nova-api-version";
        let shared = "openstack-api-version";
        for (headers, answer) in [
            (&[][..], "2.1"),
            (&[(nova, "2.10")], "2.10"),
            (&[(nova, "latest")], "2.47"),
            (&[(shared, "compute 2.10")], "2.10"),
            (&[(shared, "compute latest")], "2.47"),
            (&[(shared, "volume 3.1")], "2.1"),
            (&[(shared, "volume 3.1, compute 2.10")], "2.10"),
            (&[(shared, "compute 2.9"), (shared, "compute 2.10")], "2.10"),
            (&[(shared, "volume 3.1"), (nova, "2.4")], "2.4"),
            (&[(shared, "compute 2.10"), (nova, "2.4")], "2.10"),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            let asked = VERSIONS.requested(&map).unwrap();
            assert_eq!(asked.to_string(), answer, "{headers:?}");
        }
    }

    #[test]
    fn a_version_that_nobody_speaks_is_refused() {
        for text in ["2.0", "2.48", "1.1", "3.0"] {
            let mut headers = HeaderMap::new();
            headers.insert("x-openstack-nova-api-version", text.parse().unwrap());
            let error = VERSIONS.requested(&headers).unwrap_err().to_string();
            let range = "Minimum is 2.1 and maximum is 2.47.";
            assert_eq!(error, format!("Version {text} is not supported by the API. {range}"));
        }
    }
}
