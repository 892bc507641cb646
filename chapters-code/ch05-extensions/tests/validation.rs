//! What a schema refuses, and in which words.

use nova_extensions::validation::{Client, Schema, Validation};
use nova_paste::Environ;
use nova_router::ApiRequest;
use serde_json::{Value, json};

fn schema(name: &str) -> Value {
    json!({
        "type": "object",
        "properties": {
            "server": {
                "type": "object",
                "properties": {
                    "name": { "type": "string", "format": name, "minLength": 1, "maxLength": 9 },
                    "count": { "type": ["string", "integer"], "minimum": 1, "format": "positive" },
                    "size": { "enum": ["big", "small"] },
                    "ref": { "oneOf": [{ "type": "string" }, { "type": "null" }] },
                    "metadata": {
                        "type": "object",
                        "patternProperties": { "^[a-z]+$": { "type": "string" } },
                        "additionalProperties": false,
                    },
                    "disks": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": { "size": { "type": "integer" } },
                            "additionalProperties": false,
                        },
                    },
                },
                "required": ["name"],
                "additionalProperties": false,
            },
        },
        "required": ["server"],
        "additionalProperties": false,
    })
}

/// A body with a name and `field`.
fn with(field: &str, value: &Value) -> Value {
    json!({ "server": { "name": "x", field: value } })
}

#[test]
fn what_is_wrong_is_said_in_the_words_of_python() {
    let schema = Schema::compile(schema("name")).unwrap();
    let input = |field: &str, value: &str, problem: &str| {
        format!("Invalid input for field/attribute {field}. Value: {value}. {problem}")
    };
    for (body, detail) in [
        (json!(null), "None is not of type 'object'".to_owned()),
        (json!({}), "'server' is a required property".to_owned()),
        (
            json!({ "server": { "name": "x" }, "foo": 1 }),
            "Additional properties are not allowed ('foo' was unexpected)".to_owned(),
        ),
        (json!({ "server": {} }), input("server", "{}", "'name' is a required property")),
        (json!({ "server": { "name": "" } }), input("name", "", "'' is too short")),
        (
            json!({ "server": { "name": "it's too long" } }),
            input("name", "it's too long", "\"it's too long\" is too long"),
        ),
        (with("count", &json!(0)), input("count", "0", "0 is less than the minimum of 1")),
        (with("count", &json!("00")), input("count", "00", "0 is less than the minimum of 1")),
        (with("count", &json!(1.5)), {
            input("count", "1.5", "1.5 is not of type 'string', 'integer'")
        }),
        (with("size", &json!(true)), {
            input("size", "True", "True is not one of ['big', 'small']")
        }),
        (with("ref", &json!([])), {
            input("ref", "[]", "[] is not valid under any of the given schemas")
        }),
        (with("metadata", &json!({ "A": "" })), {
            input("metadata", "{'A': ''}", "'A' does not match any of the regexes: '^[a-z]+$'")
        }),
        (with("metadata", &json!({ "a": 1 })), input("a", "1", "1 is not of type 'string'")),
    ] {
        assert_eq!(schema.validate(&body).unwrap_err().0, detail, "{body}");
    }
    schema.validate(&with("ref", &json!(null))).unwrap();
    schema.validate(&with("count", &json!("10"))).unwrap();
}

#[test]
fn a_name_is_printable_and_v2_allows_blanks_around_it() {
    let strict = Schema::compile(schema("name")).unwrap();
    let relaxed = Schema::compile(schema("name_with_leading_trailing_spaces")).unwrap();
    let must = "An invalid 'name' value was provided. The name must be: printable characters";
    for (name, in_v21, in_v20) in [
        ("a", true, true),
        ("a b", true, true),
        ("é 中", true, true),
        (" a", false, true),
        ("a\u{a0}", false, true),
        (" ", false, false),
        ("a\nb", false, false),
        ("a\u{200b}b", false, false),
        ("a\u{2028}b", false, false),
    ] {
        let body = json!({ "server": { "name": name } });
        let answer = |schema: &Schema| schema.validate(&body).map_err(|invalid| invalid.0);
        let refused = format!("{must}. Can not start or end with whitespace.");
        assert_eq!(answer(&strict), if in_v21 { Ok(()) } else { Err(refused) }, "{name:?}");
        let refused = format!("{must} with at least one non space character.");
        assert_eq!(answer(&relaxed), if in_v20 { Ok(()) } else { Err(refused) }, "{name:?}");
    }
}

#[test]
fn what_a_client_of_v2_says_too_much_is_not_heard() {
    let relaxed = schema("name_with_leading_trailing_spaces");
    let of = |client| if client == Client::V20 { relaxed.clone() } else { schema("name") };
    let validation = Validation::versioned(of, &[]).unwrap();
    let body = |legacy_v2: bool, body: Value| {
        let environ = Environ { legacy_v2, ..Environ::default() };
        let (version, args, query) = (None, environ.routing_args.clone(), Vec::new());
        let headers = http::HeaderMap::new();
        let mut request = ApiRequest {
            version,
            args,
            headers,
            body: Some(body),
            data: Default::default(),
            body_file: Default::default(),
            query,
            environ,
        };
        validation.check(&mut request).map(|()| request.body.unwrap())
    };
    let asked = json!({
        "foo": 1,
        "server": { "name": " x ", "bar": 2, "disks": [{ "size": 1, "colour": "red" }] },
    });
    let heard = json!({ "server": { "name": " x ", "disks": [{ "size": 1 }] } });
    assert_eq!(body(true, asked.clone()).unwrap(), heard);
    assert!(body(false, asked).is_err());
    let metadata = with("metadata", &json!({ "A": "" }));
    assert!(body(true, metadata).is_err(), "names with a pattern are still checked");
}
