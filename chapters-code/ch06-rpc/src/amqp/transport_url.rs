//! Where the brokers are (`oslo_messaging/transport.py`, `TransportURL`).

use crate::MessagingError;
use lapin::uri::AMQPUri;
use std::time::Duration;

/// The brokers that `url` names, in its order, each with the vhost and the heartbeat.
///
/// In the URL, an empty vhost and a `/` both mean the vhost `/`.
pub(crate) fn parse(url: &str, heartbeat: Duration) -> Result<Vec<AMQPUri>, MessagingError> {
    let bad = |reason: &str| MessagingError::InvalidTransportUrl(reason.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("it has no scheme"))?;
    if !matches!(scheme, "rabbit" | "amqp") {
        return Err(bad(&format!("{scheme}:// is neither rabbit:// nor amqp://")));
    }
    let (rest, _) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, vhost) = rest.split_once('/').unwrap_or((rest, ""));
    let vhost = if matches!(vhost, "" | "/") { "%2f" } else { vhost };
    let host = |host: &str| {
        let mut uri: AMQPUri =
            format!("amqp://{host}/{vhost}").parse().map_err(|e: String| bad(&e))?;
        uri.query.heartbeat = Some(u16::try_from(heartbeat.as_secs()).unwrap_or(u16::MAX));
        Ok(uri)
    };
    hosts.split(',').map(host).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn a_url_names_hosts_a_user_and_a_vhost() {
        for (url, hosts, vhost) in [
            ("rabbit://guest:guest@127.0.0.1:5672/", "guest:guest@127.0.0.1:5672", "/"),
            ("rabbit://guest:guest@127.0.0.1:5672", "guest:guest@127.0.0.1:5672", "/"),
            ("rabbit://guest:guest@127.0.0.1:5672//", "guest:guest@127.0.0.1:5672", "/"),
            ("amqp://guest:guest@127.0.0.1:5672/%2f", "guest:guest@127.0.0.1:5672", "/"),
            ("rabbit://u:p%40ss@a,v:q@b:1234/nova?ssl=0", "u:p@ss@a:5672 v:q@b:1234", "nova"),
        ] {
            let uris = parse(url, Duration::from_secs(60)).unwrap();
            let shown: Vec<String> = uris
                .iter()
                .map(|uri| {
                    assert_eq!(
                        (uri.vhost.as_str(), uri.query.heartbeat),
                        (vhost, Some(60)),
                        "{url}"
                    );
                    let (user, host) = (&uri.authority.userinfo, &uri.authority);
                    format!("{}:{}@{}:{}", user.username, user.password, host.host, host.port)
                })
                .collect();
            assert_eq!(shown.join(" "), hosts, "{url}");
        }
    }

    #[test]
    fn another_url_is_refused_without_telling_its_password() {
        for url in ["", "secret", "kafka://u:secret@a/", "rabbit://u:secret@a:port/"] {
            let error = parse(url, Duration::ZERO).unwrap_err().to_string();
            assert!(error.contains("transport_url") && !error.contains("secret"), "{error}");
        }
    }
}
