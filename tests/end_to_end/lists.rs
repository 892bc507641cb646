//! Lists of servers: pages, and what is searched for.

use crate::house::{House, tiny};
use serde_json::{Value, json};

fn names(page: &Value) -> Vec<&str> {
    let servers = page["servers"].as_array().unwrap();
    servers.iter().map(|server| server["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_long_list_comes_in_pages_the_newest_first() {
    let house = House::new().await;
    let admin = &house.admin;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        ids.push(admin.boot(&tiny(name)).await);
    }
    assert_eq!(names(&admin.get("/servers").await.json(200)), ["e", "d", "c", "b", "a"]);

    // Each page says where the next one is; the last full one cannot know that it is the last.
    for (path, pages) in [
        ("/servers?limit=2", &[&["e", "d"][..], &["c", "b"], &["a"]][..]),
        ("/servers/detail?limit=5", &[&["e", "d", "c", "b", "a"], &[]]),
    ] {
        let mut next = Some(path.to_owned());
        for page in pages {
            let list = admin.get(&next.take().unwrap()).await.json(200);
            assert_eq!(names(&list), *page, "{path}");
            if let Some(link) = list["servers_links"].get(0) {
                assert_eq!(link["rel"], "next");
                let (_, rest) = link["href"].as_str().unwrap().split_once("/v2.1").unwrap();
                assert!(rest.contains("limit=") && rest.contains("marker="), "{rest}");
                next = Some(rest.to_owned());
            }
        }
        assert_eq!(next, None, "{path}");
    }

    let marker = format!("/servers?marker={}&limit=1", ids[1]);
    let page = admin.get(&marker).await.json(200);
    assert_eq!(names(&page), ["a"]);
    assert_eq!(admin.get("/servers?limit=0").await.json(200), json!({ "servers": [] }));
    house.stop().await;
}

#[tokio::test]
async fn a_list_shows_what_is_searched_for() {
    let house = House::new().await;
    let admin = &house.admin;
    let (on, off) = (admin.boot(&tiny("on")).await, admin.boot(&tiny("off")).await);
    admin.settled(&on).await;
    admin.settled(&off).await;
    admin.action(&off, "os-stop").await;
    admin.settled(&off).await;
    for (path, found) in [
        ("/servers?status=ACTIVE", &["on"][..]),
        ("/servers/detail?status=shutoff", &["off"]),
        ("/servers?status=active&status=SHUTOFF", &["off", "on"]),
        ("/servers?status=nonsense", &[]),
        ("/servers?name=on", &["on"]),
        ("/servers?name=nobody", &[]),
    ] {
        assert_eq!(names(&admin.get(path).await.json(200)), found, "{path}");
    }
    house.stop().await;
}
