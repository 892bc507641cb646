//! How many instructions a request and a boot take, with flows and without: a number that does not
//! depend on what else the machine does.

use crate::house::{House, program};
use std::{
    process::{Command, Stdio},
    time::Duration,
};

/// So many requests, and boots, are counted.
const REQUESTS: u64 = 500;
const BOOTS: usize = 10;

/// Valgrind is slow. Who looked more often would count the looks.
const AGAIN: Duration = Duration::from_secs(4);

pub(crate) async fn count() {
    println!("{:6}  {:>22}  {:>22}", "flows", "GET /servers/{id}", "boot and delete");
    for mode in ["off", "on"] {
        let idle = counted(mode, 0, 0).await;
        let request = (counted(mode, REQUESTS, 0).await - idle) / REQUESTS;
        let boot = (counted(mode, 0, BOOTS).await - idle) / BOOTS as u64;
        println!("{mode:6}  {request:>22}  {boot:>22}");
    }
}

/// All instructions of a cloud, from its start to its end, that is asked so often.
async fn counted(mode: &str, requests: u64, boots: usize) -> u64 {
    let cloud = program(mode);
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(cloud.get_program()).args(cloud.get_args()).stderr(Stdio::piped());
    let house = House::start(valgrind, AGAIN).await;
    for _ in 0..requests {
        house.look().await;
    }
    for _ in 0..boots {
        let booted = house.boot(1).await;
        house.delete(&booted).await;
    }
    let said = house.stop();
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")?.1.parse().ok());
    counted.unwrap_or_else(|| panic!("valgrind does not count: {said}"))
}
