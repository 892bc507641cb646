#[path = "../../../tests/vectors/paste.rs"]
mod paste;
#[test]
fn vectors() {
    let file = std::env::var("VEC").unwrap_or("../../tests/vectors/paste.json".into());
    let all: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let mut ok = 0;
    for case in cases {
        match paste::run(case) {
            Ok(()) => ok += 1,
            Err(e) => {
                println!(
                    "\n{}: {} {} {} {} {e}",
                    case["id"], case["op"], case["uri"], case["app_name"], case["global_conf"]
                );
                for (f, t) in case["files"].as_object().unwrap() {
                    println!("--- {f}\n{}", t.as_str().unwrap());
                }
            }
        }
    }
    println!("paste: {ok} of {}", cases.len());
}
