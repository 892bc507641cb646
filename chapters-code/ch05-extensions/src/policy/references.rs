//! May the rules of a file refer to each other as they do?
//!
//! A rule is asked by asking those it refers to. Two bounds keep every answer short and its stack
//! small, whatever the file says.

use super::{parser::Misread, rule::Rule};
use std::collections::HashMap;

/// A chain of rules that refer to each other is not longer than this.
const MAX_CHAIN: usize = 16;

/// An answer does not take more checks than this.
const MAX_CHECKS: usize = 1000;

/// How many checks each rule takes at most, as far as this is known.
type Costs<'r> = HashMap<&'r str, usize>;

/// Looks through all rules, and names the first that cannot be, in the order of the file.
pub(super) fn examine(rules: &[(String, Rule)]) -> Result<(), (&str, Misread)> {
    let known: HashMap<&str, &Rule> =
        rules.iter().map(|(name, rule)| (name.as_str(), rule)).collect();
    for (name, rule) in rules {
        if let Some(missing) = first(rule, &|name| !known.contains_key(name)) {
            return Err((name, referring(missing, format!("there is no rule `{missing}`"))));
        }
    }
    let costs = costs(rules);
    for (name, _) in rules {
        match costs.get(name.as_str()) {
            Some(..=MAX_CHECKS) => {}
            Some(_) => {
                let problem = format!("an answer would take more than {MAX_CHECKS} checks");
                return Err((name, Misread { problem, part: String::new() }));
            }
            None => return Err((name, endless(name, &known, &costs))),
        }
    }
    Ok(())
}

/// What each rule costs that refers to no circle, and not too deep.
fn costs(rules: &[(String, Rule)]) -> Costs<'_> {
    let mut costs = Costs::new();
    // What a round adds refers only to what earlier rounds have added.
    for _ in 0..MAX_CHAIN {
        let open = rules.iter().filter(|(name, _)| !costs.contains_key(name.as_str()));
        let added = open.filter_map(|(name, rule)| Some((name.as_str(), cost(rule, &costs)?)));
        let added: Vec<_> = added.collect();
        costs.extend(added);
    }
    costs
}

/// The checks of `rule` and of all that it refers to; `None` if it refers to an unknown number.
fn cost(rule: &Rule, costs: &Costs<'_>) -> Option<usize> {
    let mut checks: usize = match rule {
        Rule::Named(name) => costs.get(name.as_str())?.saturating_add(1),
        _ => 1,
    };
    for part in rule.parts() {
        checks = checks.saturating_add(cost(part, costs)?);
    }
    Some(checks)
}

/// The first rule that `rule` refers to and that is `wanted`.
fn first<'r>(rule: &'r Rule, wanted: &dyn Fn(&str) -> bool) -> Option<&'r str> {
    match rule {
        Rule::Named(name) => Some(name.as_str()).filter(|name| wanted(name)),
        _ => rule.parts().iter().find_map(|part| first(part, wanted)),
    }
}

/// Why the cost of the rule `name` stays unknown.
fn endless<'r>(name: &'r str, known: &HashMap<&str, &'r Rule>, costs: &Costs<'_>) -> Misread {
    let next = |name: &str| first(known.get(name)?, &|name| !costs.contains_key(name));
    let mut chain = vec![name];
    let mut last = name;
    while let Some(found) = next(last).filter(|_| chain.len() <= MAX_CHAIN) {
        chain.push(found);
        if let Some(start) = chain.iter().position(|name| *name == found)
            && start + 1 < chain.len()
        {
            let circle = chain[start..].join(" → ");
            return referring(chain[1], format!("it leads into a circle of rules: {circle}"));
        }
        last = found;
    }
    let problem = format!("it refers to rules that refer to rules, more than {MAX_CHAIN} deep");
    Misread { problem, part: String::new() }
}

fn referring(name: &str, problem: String) -> Misread {
    Misread { problem, part: format!("rule:{name}") }
}
