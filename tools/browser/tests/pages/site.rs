//! The book, built: over HTTP as `cargo book serve` has it, or as files.

use book::{Source, render, serve::Server};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::task::AbortHandle;

/// The book at a URL, for as long as a test takes.
pub(crate) struct Site {
    /// What comes before the name of a page.
    pub(crate) home: String,
    pages: Vec<String>,
    server: Option<AbortHandle>,
    _files: Option<TempDir>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book")
}

fn pages(source: &Source, more: &[&str]) -> Vec<String> {
    let chapters = source.pages.iter().map(book::Page::html_name);
    chapters.chain(more.iter().map(|&name| name.to_owned())).collect()
}

impl Site {
    pub(crate) async fn over_http() -> Self {
        let server = Server::start(&root(), 0).await.unwrap();
        let home = format!("http://{}/", server.address().unwrap());
        let pages = pages(&Source::load(&root()).unwrap(), &["index.html", "print.html", ""]);
        let server = Some(tokio::spawn(server.run()).abort_handle());
        Self { home, pages, server, _files: None }
    }

    pub(crate) fn of_files() -> Self {
        let files = tempfile::tempdir().unwrap();
        let source = Source::load(&root()).unwrap();
        render::render(&source, files.path()).unwrap();
        let home = format!("file://{}/", files.path().display());
        Self { home, pages: pages(&source, &["index.html"]), server: None, _files: Some(files) }
    }

    /// The names of all pages; that of the root is empty.
    pub(crate) fn pages(&self) -> &[String] {
        &self.pages
    }

    pub(crate) fn url(&self, page: &str) -> String {
        format!("{}{page}", self.home)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}
