//! Which request each sample answers, as `sample_requests.txt` says it.

/// The list: blocks with empty lines between them.
const REQUESTS: &str = include_str!("sample_requests.txt");

/// The request for the sample `id`, a method and a URL; and the body to send with it.
pub(crate) fn of(id: &str) -> Option<(&'static str, String)> {
    let answers = |block: &&str| block.lines().any(|line| line.strip_prefix(INDENT) == Some(id));
    let block = REQUESTS.split("\n\n").find(answers)?;
    let (request, rest) = block.split_once('\n')?;
    let body: Vec<&str> = rest.lines().filter(|line| !line.starts_with(INDENT)).collect();
    Some((request, body.join(" ")))
}

/// What stands before the name of a sample.
const INDENT: &str = "    ";
