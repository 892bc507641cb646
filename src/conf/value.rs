//! Values as they stand in a file (`oslo_config.types`).

use nova_compute::RunningDeletedInstanceAction;
use nova_objects::Secret;
use std::{net::IpAddr, path::PathBuf, time::Duration};

/// A value as it stands in a file.
pub(super) trait OptionValue: Sized {
    /// The value that `text` spells; or what it is not.
    fn read(text: &str) -> Result<Self, String>;

    /// The text that spells it; `None` if nobody is to see it.
    fn show(&self) -> Option<String>;
}

macro_rules! plain_values {
    ($($type:ty: $what:literal),+) => {
        $(impl OptionValue for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!("`{text}` is not {}", $what))
            }

            fn show(&self) -> Option<String> {
                Some(self.to_string())
            }
        })+
    };
}

plain_values! {
    i64: "a whole number", u64: "a number from 0", u16: "a port", u32: "a number from 0",
    usize: "a number from 0", IpAddr: "an IP address", String: "a text",
    RunningDeletedInstanceAction: "one of noop, log, shutdown, reap"
}

impl OptionValue for f64 {
    fn read(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number: &Self| number.is_finite());
        number.ok_or_else(|| format!("`{text}` is not a number"))
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Whole seconds, at most as many as fit into thirty years.
impl OptionValue for Duration {
    fn read(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(seconds @ ..=1_000_000_000) => Ok(Self::from_secs(seconds)),
            _ => Err(format!("`{text}` is not a number of seconds from 0 to 1000000000")),
        }
    }

    fn show(&self) -> Option<String> {
        Some(self.as_secs().to_string())
    }
}

/// Is it a time at all? What is given none never happens.
pub(super) fn positive(value: &Duration) -> Result<(), String> {
    match value.is_zero() {
        true => Err("has to be 1 second at least".into()),
        false => Ok(()),
    }
}

impl OptionValue for Option<PathBuf> {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Some(text).filter(|text| !text.is_empty()).map(PathBuf::from))
    }

    fn show(&self) -> Option<String> {
        Some(self.as_ref().map(|path| path.display().to_string()).unwrap_or_default())
    }
}

impl OptionValue for Option<String> {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    fn show(&self) -> Option<String> {
        Some(self.clone().unwrap_or_default())
    }
}

impl OptionValue for Vec<String> {
    fn read(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        Ok(items.map(str::to_owned).collect())
    }

    fn show(&self) -> Option<String> {
        Some(self.join(", "))
    }
}

impl OptionValue for bool {
    fn read(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" => Ok(true),
            "false" | "0" | "off" | "no" => Ok(false),
            _ => Err(format!("`{text}` is neither true nor false")),
        }
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl OptionValue for Secret {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }

    fn show(&self) -> Option<String> {
        None
    }
}

/// Where a neighbour answers: an `http` URL without a password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(pub String);

impl Endpoint {
    fn new(text: &str) -> Result<Self, String> {
        let uri: Option<http::Uri> = text.parse().ok();
        let host = uri.as_ref().filter(|uri| uri.scheme_str() == Some("http"));
        match host.and_then(|uri| uri.authority()) {
            Some(host) if !host.as_str().contains('@') => Ok(Self(text.to_owned())),
            _ => Err(format!("`{text}` is not a URL such as http://127.0.0.1:5000/v3")),
        }
    }
}

impl OptionValue for Option<Endpoint> {
    fn read(text: &str) -> Result<Self, String> {
        (!text.is_empty()).then(|| Endpoint::new(text)).transpose()
    }

    fn show(&self) -> Option<String> {
        Some(self.as_ref().map(|Endpoint(url)| url.clone()).unwrap_or_default())
    }
}

impl OptionValue for Vec<Endpoint> {
    fn read(text: &str) -> Result<Self, String> {
        let urls: Vec<String> = OptionValue::read(text)?;
        urls.iter().map(|url| Endpoint::new(url)).collect()
    }

    fn show(&self) -> Option<String> {
        let urls: Vec<&str> = self.iter().map(|Endpoint(url)| url.as_str()).collect();
        Some(urls.join(", "))
    }
}
