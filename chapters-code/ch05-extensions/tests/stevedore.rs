//! What becomes of plug-ins: which are there, which are not, and what is said of it.

#![cfg(test)]

use nova_extensions::stevedore::{
    EnabledExtensionManager, Extension, ExtensionManager, LoadFailure, MapError,
    NamedExtensionManager, Names, Options,
};
use nova_paste::EntryPoint;
use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, Registry, layer::Context, layer::SubscriberExt};

/// Why a plug-in of these stories does not load.
#[derive(Debug, PartialEq, thiserror::Error)]
enum Refusal {
    #[error("out of order")]
    OutOfOrder,
    #[error("out of its mind")]
    OutOfItsMind,
}

impl LoadFailure for Refusal {
    fn propagates(&self) -> bool {
        *self == Self::OutOfItsMind
    }
}

type Load = fn() -> Result<&'static str, Refusal>;
type Offer = EntryPoint<Load>;

fn offer(name: &'static str, load: Load) -> Offer {
    EntryPoint::new("story", name, "a.package:Thing", load)
}

fn tea() -> Offer {
    offer("tea", || Ok("green"))
}

fn milk() -> Offer {
    offer("milk", || Ok("cold"))
}

fn toaster() -> Offer {
    offer("toaster", || Err(Refusal::OutOfOrder))
}

fn invoke(offer: &Offer) -> Result<Option<&'static str>, Refusal> {
    (offer.load)().map(Some)
}

type Choices = Options<'static, Load, Refusal>;

fn all(
    offered: &[Offer],
    options: Choices,
) -> Result<ExtensionManager<Load, &'static str>, Refusal> {
    ExtensionManager::new("story", offered, invoke, options)
}

fn named(
    offered: &[Offer],
    names: Names<'_, Refusal>,
) -> Result<NamedExtensionManager<Load, &'static str>, Refusal> {
    NamedExtensionManager::new("story", offered, names, invoke, Options::default())
}

/// What is said to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut self.clone());
    }
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0.lock().unwrap().push(format!("{value:?}"));
        }
    }
}

/// What `story` comes to, and what is said during it.
fn told<R>(story: impl FnOnce() -> R) -> (R, Vec<String>) {
    let log = Log::default();
    let outcome = tracing::subscriber::with_default(Registry::default().with(log.clone()), story);
    let said = log.0.lock().unwrap().clone();
    (outcome, said)
}

#[test]
fn a_plug_in_that_does_not_load_is_skipped_and_said() {
    let (manager, said) = told(|| all(&[tea(), toaster(), milk()], Options::default()).unwrap());
    assert_eq!(manager.names(), ["tea", "milk"]);
    assert_eq!(said, ["Could not load 'toaster': out of order"]);
}

#[test]
fn a_callback_is_told_instead_of_the_log_and_may_end_it_all() {
    let offered = [toaster(), tea()];
    let skip = Options::default().on_load_failure_callback(|_, _| Ok(()));
    let (manager, said) = told(|| all(&offered, skip).unwrap());
    assert_eq!((manager.names(), said), (vec!["tea"], vec![]));

    let end = Options::default().on_load_failure_callback(|_, error| Err(error));
    assert_eq!(all(&offered, end).unwrap_err(), Refusal::OutOfOrder);
}

#[test]
fn an_error_that_propagates_asks_no_callback() {
    let skip = Options::default().on_load_failure_callback(|_, _| Ok(()));
    let offered = [tea(), offer("hatter", || Err(Refusal::OutOfItsMind))];
    assert_eq!(all(&offered, skip).unwrap_err(), Refusal::OutOfItsMind);
}

#[test]
fn a_manager_sees_only_its_namespace() {
    let elsewhere: Offer = EntryPoint::new("elsewhere", "salt", "a.package:Thing", || Ok("fine"));
    let manager = all(&[elsewhere, tea()], Options::default()).unwrap();
    assert_eq!(manager.names(), ["tea"]);
    assert!(!manager.contains("salt"));
}

#[test]
fn of_two_with_one_name_the_last_is_found() {
    let manager = all(&[tea(), offer("tea", || Ok("black"))], Options::default()).unwrap();
    assert_eq!(manager.names(), ["tea", "tea"]);
    assert_eq!(manager.get("tea").unwrap().obj, Some("black"));
}

#[test]
fn what_is_not_invoked_on_load_is_there_without_an_object() {
    let manager: ExtensionManager<Load, ()> =
        ExtensionManager::new("story", &[toaster()], |_| Ok(None), Choices::default()).unwrap();
    assert!(manager.get("toaster").unwrap().obj.is_none());
}

#[test]
fn a_check_sees_what_was_made_and_its_error_is_a_load_failure() {
    let check = |extension: &Extension<Load, &str>| match extension.obj {
        Some("green") => Ok(true),
        Some("cold") => Ok(false),
        _ => Err(Refusal::OutOfOrder),
    };
    let offered = [tea(), milk(), offer("cake", || Ok("stale"))];
    let (manager, said) = told(|| {
        EnabledExtensionManager::new("story", &offered, check, invoke, Options::default()).unwrap()
    });
    assert_eq!(manager.names(), ["tea"]);
    assert_eq!(said, ["ignoring extension 'milk'", "Could not load 'cake': out of order"]);
}

#[test]
fn what_is_not_named_is_not_even_loaded() {
    let (manager, said) = told(|| named(&[toaster(), tea()], Names::new(["tea"])).unwrap());
    assert_eq!((manager.names(), said), (vec!["tea"], vec![]));
}

#[test]
fn names_come_in_the_order_offered_or_in_that_of_the_list() {
    let offered = [tea(), milk()];
    let wanted = || Names::new(["milk", "tea", "milk"]);
    assert_eq!(named(&offered, wanted()).unwrap().names(), ["tea", "milk"]);
    let in_order = named(&offered, wanted().name_order(true)).unwrap();
    assert_eq!(in_order.names(), ["milk", "tea", "milk"]);
}

#[test]
fn a_missing_name_is_said_or_told_or_neither() {
    let offered = [tea(), toaster()];
    let wanted = || Names::new(["sugar", "tea", "toaster"]).name_order(true);
    let (manager, said) = told(|| named(&offered, wanted()).unwrap());
    assert_eq!(manager.names(), ["tea"]);
    let toaster = "Could not load 'toaster': out of order";
    assert_eq!(said, [toaster, "Could not load sugar, toaster"]);

    let (_, said) = told(|| named(&offered, wanted().warn_on_missing_entrypoint(false)));
    assert_eq!(said, [toaster]);

    let strict = wanted().on_missing_entrypoints_callback(|_| Err(Refusal::OutOfOrder));
    let (refused, said) = told(|| named(&offered, strict));
    assert_eq!((refused.unwrap_err(), said), (Refusal::OutOfOrder, vec![toaster.to_owned()]));
}

#[test]
fn a_map_collects_what_there_is_and_says_what_fails() {
    let offered = [tea(), milk()];
    let drink = |extension: &Extension<Load, &'static str>| match extension.obj {
        Some("green") => Err(Refusal::OutOfOrder),
        other => Ok(other.unwrap_or_default().len()),
    };
    let (answers, said) = told(|| all(&offered, Options::default()).unwrap().map(drink).unwrap());
    assert_eq!((answers, said), (vec![4], vec!["error calling 'tea': out of order".to_owned()]));

    let strict = all(&offered, Options::default().propagate_map_exceptions(true)).unwrap();
    assert!(matches!(strict.map(drink), Err(MapError::Raised(Refusal::OutOfOrder))));

    let empty = all(&[], Options::default()).unwrap();
    assert_eq!(empty.map(drink).unwrap_err().to_string(), "No story extensions found");
}
