//! Chromium behind chromedriver, for as long as a test takes.

use crate::{chromedriver::Chromedriver, client::Client};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use thirtyfour::{By, Capabilities, TypingData, WebDriver};
use tokio::time::sleep;

/// Who waits longer for something on a page waits in vain.
const PATIENCE: Duration = Duration::from_secs(20);

/// The width of a phone, in pixels.
pub(crate) const PHONE: u32 = 375;
/// The width of a window on a desk.
pub(crate) const DESK: u32 = 1280;

/// What a page can look like.
pub(crate) const LOOKS: [(&str, u32); 4] =
    [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)];

/// A browser with one window. Fields are dropped in this order: the session, what runs it, its
/// files.
pub(crate) struct Browser {
    driver: WebDriver,
    _process: Chromedriver,
    folder: TempDir,
}

impl Browser {
    /// A browser, if `MINI_NOVA_CHROMEDRIVER` says what drives it.
    pub(crate) async fn start() -> Option<Self> {
        let Some(path) = env::var_os("MINI_NOVA_CHROMEDRIVER") else {
            assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_CHROMEDRIVER");
            eprintln!("skipped: MINI_NOVA_CHROMEDRIVER is not set");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let process = Chromedriver::start(Path::new(&path), folder.path());
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        // As root there is no sandbox, and a container's /dev/shm is small.
        let args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
        let args: Vec<&str> = args.into_iter().chain([profile.as_str()]).collect();
        let mut wishes = Capabilities::new();
        wishes.set("browserName", "chrome").unwrap();
        wishes.set("goog:chromeOptions", json!({ "args": args })).unwrap();
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        wishes.set("goog:loggingPrefs", logs).unwrap();
        let builder = WebDriver::builder(process.endpoint(), wishes).client(Client::default());
        let browser = Self { driver: builder.await.unwrap(), _process: process, folder };
        // What its own first page does is no matter.
        browser.open("about:blank").await;
        browser.troubles("").await;
        Some(browser)
    }

    /// Where all its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens a page, and waits until it is loaded.
    pub(crate) async fn open(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
    }

    pub(crate) async fn url(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    async fn cdp(&self, command: &str, params: Value) -> Value {
        self.driver.cdp().send_raw(command, params).await.unwrap()
    }

    /// From now on, pages are seen in the colours of `scheme`, `width` pixels wide.
    pub(crate) async fn look(&self, (scheme, width): (&str, u32)) {
        self.media("", scheme).await;
        let phone = width < 600;
        let height = if phone { 812 } else { 900 };
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// From now on, pages are seen as `medium` has them; none is the screen. Nothing glides, so that
    /// what is clicked stands still.
    pub(crate) async fn media(&self, medium: &str, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        let media = json!({ "media": medium, "features": features });
        self.cdp("Emulation.setEmulatedMedia", media).await;
    }

    /// Runs `script` in the page, and gives what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        let answer = self.driver.execute(script, Vec::new()).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.run(&format!("return {expression}")).await
    }

    /// The text of the value of a JavaScript expression.
    pub(crate) async fn text(&self, expression: &str) -> String {
        let value = self.value(expression).await;
        value.as_str().map_or_else(|| panic!("{expression}: {value}"), str::to_owned)
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) async fn until(&self, expression: &str) {
        let began = Instant::now();
        while self.value(&format!("Boolean({expression})")).await != json!(true) {
            if began.elapsed() > PATIENCE {
                self.shoot("failed").await;
                panic!("after {PATIENCE:?} it is not so, on {}: {expression}", self.url().await);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks what `selector` finds first, as a person does.
    pub(crate) async fn click(&self, selector: &str) {
        let found = self.driver.find(By::Css(selector)).await.unwrap();
        let center = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.driver.execute(center, vec![found.to_json().unwrap()]).await.unwrap();
        found.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Types into what `selector` finds first.
    pub(crate) async fn keys(&self, selector: &str, keys: impl Into<TypingData>) {
        let found = self.driver.find(By::Css(selector)).await.unwrap();
        found.send_keys(keys).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// How wide the page is, whatever the window. In the book, the text may be wider than the
    /// document says: what surrounds it clips it.
    pub(crate) async fn width(&self) -> u64 {
        let parts = "[document.documentElement, document.querySelector('.content')]";
        let end = "Math.floor(part.getBoundingClientRect().left) + part.scrollWidth";
        let width = format!("Math.max(...{parts}.map((part) => part ? {end} : 0))");
        self.value(&width).await.as_u64().unwrap()
    }

    /// Keeps a picture of the window in `target/screenshots`.
    pub(crate) async fn shoot(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        fs::create_dir_all(&folder).unwrap();
        let picture = self.driver.screenshot_as_png().await.unwrap();
        fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    /// What went wrong since the last time: what the console says, requests that failed, and
    /// requests that left `home`.
    pub(crate) async fn troubles(&self, home: &str) -> Vec<String> {
        let console = self.driver.browser_log().await.unwrap();
        let mut troubles: Vec<String> = console
            .into_iter()
            .map(|entry| format!("{}: {}", entry.level, entry.message))
            .collect();
        for entry in self.driver.get_log("performance").await.unwrap() {
            let entry: Value = serde_json::from_str(&entry.message).unwrap();
            let message = &entry["message"];
            troubles.extend(trouble(&message["method"], &message["params"], home));
        }
        troubles
    }
}

/// What is wrong with what the network did, if anything is.
fn trouble(method: &Value, params: &Value, home: &str) -> Option<String> {
    match method.as_str()? {
        "Network.requestWillBeSent" => {
            let url = params["request"]["url"].as_str()?;
            let is_home = [home, "data:"].iter().any(|start| url.starts_with(start));
            (!is_home).then(|| format!("{url} is not at {home}"))
        }
        "Network.responseReceived" => {
            let answer = &params["response"];
            let failed = answer["status"].as_u64()? >= 400;
            failed.then(|| format!("{}: {}", answer["url"], answer["status"]))
        }
        // A page that is left takes back what it has asked for.
        "Network.loadingFailed" if params["canceled"] != json!(true) => {
            Some(format!("{} failed: {}", params["type"], params["errorText"]))
        }
        _ => None,
    }
}
