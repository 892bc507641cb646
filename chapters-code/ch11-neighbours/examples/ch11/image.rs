//! `cargo ch11 image`: the data of an image, whole, broken off, and too late.

use crate::{Failure, house::Service};
use http::{Method, Request};
use nova_neighbours::{RestClient, glance};
use nova_objects::{Plugs, RequestContext};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

/// A Glance whose images are in a folder, and the image that it is about.
struct Desk {
    glance: Service,
    rest: RestClient,
    folder: TempDir,
    id: String,
}

pub(crate) async fn show() -> Result<(), Failure> {
    println!("{:32} {:7} {:7} its files", "", "answer", "status");
    let mut desk = Desk::new().await?;
    desk.create().await?;
    let upload = desk.half().await?;
    desk.step("Ann sends half of the data", "").await?;
    desk.ask("somebody sends other data", "PUT", "half").await?;
    desk.ask("somebody wants to read them", "GET", "").await?;
    desk.finish(upload).await?;
    desk.ask("somebody wants to read them", "GET", "").await?;
    let image = desk.image().await?;
    println!("{} bytes with the MD5 {}\n", image["size"], image["checksum"]);

    desk.create().await?;
    drop(desk.half().await?);
    desk.until("queued").await?;
    desk.step("Ann sends half, and hangs up", "").await?;
    let upload = desk.half().await?;
    desk.step("Ann sends half of the data", "").await?;
    let deleted = desk.send(Method::DELETE, "", None).await?.0;
    desk.step("somebody deletes the image", &deleted).await?;
    desk.finish(upload).await
}

impl Desk {
    async fn new() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let datadir = Some(folder.path().to_owned());
        let options = glance::Options { filesystem_store_datadir: datadir, ..Default::default() };
        let auth_strategy = "noauth2".into();
        let noauth2 = nova_pipeline::Options { auth_strategy, ..Default::default() };
        let app = glance::app(&options, Plugs::default().plug(noauth2))?;
        let glance = Service::start("glance", |_| Ok(app)).await?;
        let rest = RestClient::new("glance", &glance.url);
        Ok(Self { glance, rest, folder, id: String::new() })
    }

    /// Ann's image, from here on.
    async fn create(&mut self) -> Result<(), Failure> {
        self.id.clear();
        let said = json!({ "name": "disk", "disk_format": "raw", "container_format": "bare" });
        let (status, image) = self.send(Method::POST, "", Some(&said)).await?;
        image["id"].as_str().unwrap_or_default().clone_into(&mut self.id);
        self.step("Ann creates an image", &status).await
    }

    /// Asks something about the image: the status and the document of the answer.
    async fn send(
        &self,
        method: Method,
        below: &str,
        body: Option<&Value>,
    ) -> Result<(String, Value), Failure> {
        let path = format!("/v2/images/{}{below}", self.id);
        let request = Request::builder().method(method).uri(path.trim_end_matches('/'));
        let request = request.header("x-tenant-id", "demo");
        let answer = self.rest.send(&RequestContext::default(), request, body).await?;
        let document = serde_json::from_slice(&answer.body).unwrap_or_default();
        Ok((answer.status.as_u16().to_string(), document))
    }

    async fn image(&self) -> Result<Value, Failure> {
        Ok(self.send(Method::GET, "", None).await?.1)
    }

    async fn status(&self) -> Result<String, Failure> {
        Ok(self.image().await?["status"].as_str().unwrap_or("gone").to_owned())
    }

    async fn until(&self, status: &str) -> Result<(), Failure> {
        while self.status().await? != status {
            sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    /// An upload or a download, as far as `content` goes.
    async fn begin(&self, method: &str, content: &str) -> Result<TcpStream, Failure> {
        let address = self.glance.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await?;
        let length = if method == "PUT" { 8 } else { 0 };
        let head = format!(
            "{method} /v2/images/{}/file HTTP/1.1\r\nhost: glance\r\nx-tenant-id: demo\r\n\
             content-type: application/octet-stream\r\ncontent-length: {length}\r\n\r\n{content}",
            self.id
        );
        stream.write_all(head.as_bytes()).await?;
        Ok(stream)
    }

    /// An upload of which the first half has come.
    async fn half(&self) -> Result<TcpStream, Failure> {
        let stream = self.begin("PUT", "half").await?;
        while !self.folder.path().join(format!("{}.part", self.id)).exists() {
            sleep(Duration::from_millis(2)).await;
        }
        Ok(stream)
    }

    async fn finish(&self, mut upload: TcpStream) -> Result<(), Failure> {
        upload.write_all(b"half").await?;
        let status = answer(upload).await?;
        self.step("Ann sends the other half", &status).await
    }

    async fn ask(&self, what: &str, method: &str, content: &str) -> Result<(), Failure> {
        let status = answer(self.begin(method, content).await?).await?;
        self.step(what, &status).await
    }

    /// Prints what happened, and what has become of the image.
    async fn step(&self, what: &str, answer: &str) -> Result<(), Failure> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.folder.path())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            files.extend(name.strip_prefix(&self.id).map(|rest| format!("ID{rest}")));
        }
        files.sort();
        let line = format!("{what:32} {answer:7} {:7} {}", self.status().await?, files.join(" "));
        println!("{}", line.trim_end());
        Ok(())
    }
}

/// The status of an answer.
async fn answer(mut stream: TcpStream) -> Result<String, Failure> {
    let mut answer = vec![0; 4096];
    let count = stream.read(&mut answer).await?;
    let head = String::from_utf8_lossy(&answer[..count]).into_owned();
    Ok(head.split(' ').nth(1).unwrap_or_default().to_owned())
}
