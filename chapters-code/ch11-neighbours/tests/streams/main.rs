//! The data of images, in and out as streams: long, slow, broken off, two at a time.

#[cfg(test)]
mod desk;

use desk::{Desk, MIB, SOON, answer, peak};
use nova_neighbours::glance::CIRROS;
use nova_objects::{ImageApi, ImageMeta, RequestContext, sockets::ImageQuery};
use nova_paste::server::Limits;
use std::{fs, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

#[tokio::test]
async fn an_image_longer_than_memory_goes_in_and_out() {
    let desk = Desk::new().await;
    let id = desk.queued().await.id;
    desk.upload(&desk.queued().await.id, MIB).await.unwrap();
    let before = peak();
    assert!(desk.upload(&id, 64 * MIB).await.unwrap());
    let dest_path = desk.folder.path().join("brought");
    assert!(desk.glance.download(&desk.ann, &id, &dest_path).await.unwrap());
    assert_eq!(fs::metadata(dest_path).unwrap().len(), 64 * MIB);
    if let Some((before, after)) = before.zip(peak()) {
        assert!(after - before < 16 * MIB, "{} MiB", (after - before) / MIB);
    }
}

#[tokio::test]
async fn an_image_is_saving_while_its_data_come() {
    let desk = Desk::new().await;
    let id = desk.queued().await.id;
    let mut stream = desk.half(&id).await;
    assert_eq!(
        desk.upload(&id, 4).await.unwrap_err().message.split("answered").nth(1),
        Some(" 409 Conflict")
    );
    let dest_path = desk.folder.path().join("brought");
    assert!(!desk.glance.download(&desk.ann, &id, &dest_path).await.unwrap());
    stream.write_all(b"half").await.unwrap();
    assert_eq!(answer(stream).await, "204");
    let image = desk.glance.get(&desk.ann, &id).await.unwrap().unwrap();
    assert_eq!((&*image.status, image.size), ("active", Some(8)));
    assert!(desk.glance.download(&desk.ann, &id, &dest_path).await.unwrap());
    assert_eq!(fs::read(dest_path).unwrap(), b"halfhalf");
    assert_eq!(desk.names(), [id.clone(), format!("{id}.json")]);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let slow = Limits { body_read_timeout: Duration::from_millis(100), ..Limits::default() };
    for (limits, hangs_up, status) in [(Limits::default(), true, ""), (slow, false, "408")] {
        let desk = Desk::with(tempfile::tempdir().unwrap(), 1 << 40, limits).await;
        let id = desk.queued().await.id;
        let stream = desk.half(&id).await;
        match hangs_up {
            true => drop(stream),
            false => assert_eq!(answer(stream).await, status),
        }
        desk.until(&id, "queued").await;
        assert_eq!(desk.names(), [format!("{id}.json")]);
        assert!(desk.upload(&id, 8).await.unwrap(), "it takes its data after all");
    }
}

#[tokio::test]
async fn an_image_that_is_too_long_is_refused_as_soon_as_that_is_known() {
    let desk = Desk::with(tempfile::tempdir().unwrap(), 4, Limits::default()).await;
    let id = desk.queued().await.id;
    for (sent, status) in [("", "413"), ("halfhalf", "413")] {
        let headers = "content-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n";
        let mut stream = desk.begin(&format!("PUT /v2/images/{id}/file"), headers).await;
        stream.write_all(format!("5\r\n12345\r\n{sent}").as_bytes()).await.unwrap();
        assert_eq!(answer(stream).await, status);
        assert_eq!(desk.status(&id).await.as_deref(), Some("queued"));
        assert_eq!(desk.names(), [format!("{id}.json")]);
    }
    assert!(desk.upload(&id, 4).await.unwrap());
}

#[tokio::test]
async fn who_is_refused_in_the_middle_of_a_long_upload_is_told_why() {
    let desk = Desk::new().await;
    let id = desk.queued().await.id;
    desk.upload(&id, 4).await.unwrap();
    let refused = desk.upload(&id, 64 * MIB).await.unwrap_err();
    assert!(refused.message.ends_with("answered 409 Conflict"), "{refused}");
}

#[tokio::test]
async fn an_image_that_is_deleted_while_it_comes_is_gone() {
    let desk = Desk::new().await;
    let id = desk.queued().await.id;
    let mut stream = desk.half(&id).await;
    assert!(desk.glance.delete(&desk.ann, &id).await.unwrap());
    stream.write_all(b"half").await.unwrap();
    assert_eq!(answer(stream).await, "410");
    assert_eq!(desk.names(), [""; 0]);
}

#[tokio::test]
async fn who_has_begun_to_read_an_image_reads_it_to_its_end() {
    let desk = Desk::new().await;
    let id = desk.queued().await.id;
    desk.upload(&id, 32 * MIB).await.unwrap();
    let mut stream =
        desk.begin(&format!("GET /v2/images/{id}/file"), "connection: close\r\n").await;
    let mut first = vec![0; 1024];
    stream.read_exact(&mut first).await.unwrap();
    assert!(desk.glance.delete(&desk.ann, &id).await.unwrap());
    assert_eq!(desk.names(), [""; 0]);
    let mut nowhere = tokio::io::sink();
    let rest = tokio::io::copy(&mut stream, &mut nowhere);
    let rest = timeout(SOON, rest).await.unwrap().unwrap();
    assert!(first.len() as u64 + rest > 32 * MIB);
}

#[tokio::test]
async fn an_image_takes_data_once_it_is_said_what_they_are() {
    let desk = Desk::new().await;
    let id = desk.glance.create(&desk.ann, ImageMeta::default()).await.unwrap().id;
    let refused = desk.upload(&id, 4).await.unwrap_err().message;
    assert_eq!(
        refused,
        "Properties disk_format, container_format must be set prior to saving data."
    );
    assert_eq!(desk.status(&id).await.as_deref(), Some("queued"));
}

#[tokio::test]
async fn data_of_another_type_are_none() {
    let desk = Desk::new().await;
    let id = desk.queued().await.id;
    let headers = "content-type: application/json\r\ncontent-length: 2\r\n";
    let mut stream = desk.begin(&format!("PUT /v2/images/{id}/file"), headers).await;
    stream.write_all(b"{}").await.unwrap();
    assert_eq!(answer(stream).await, "415");
    assert_eq!(desk.status(&id).await.as_deref(), Some("queued"));
}

#[tokio::test]
async fn a_folder_of_images_outlives_its_glance() {
    let desk = Desk::new().await;
    let [kept, broken, deleted] = [desk.queued().await, desk.queued().await, desk.queued().await];
    desk.upload(&kept.id, 8).await.unwrap();
    let renamed = ImageMeta { name: Some("renamed".into()), ..kept.clone() };
    let renamed = desk.glance.update(&desk.ann, renamed).await.unwrap();
    let _stream = desk.half(&broken.id).await;
    desk.glance.delete(&desk.ann, &deleted.id).await.unwrap();
    desk.glance.delete(&RequestContext::admin(), CIRROS).await.unwrap();
    fs::write(desk.folder.path().join("images/x.part"), "half").unwrap();

    let desk = desk.again().await;
    assert_eq!(desk.glance.get(&desk.ann, &kept.id).await.unwrap(), renamed);
    let dest_path = desk.folder.path().join("brought");
    assert!(desk.glance.download(&desk.ann, &kept.id, &dest_path).await.unwrap());
    assert_eq!(fs::metadata(dest_path).unwrap().len(), 8);
    assert_eq!(desk.status(&broken.id).await.as_deref(), Some("queued"));
    let all = desk.glance.get_all(&RequestContext::admin(), &ImageQuery::default()).await;
    assert_eq!(all.unwrap().len(), 2);
    assert!(desk.names().iter().all(|name| !name.ends_with(".part")), "{:?}", desk.names());
}
