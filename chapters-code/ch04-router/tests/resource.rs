//! What a resource makes of a request, and of what its controller says.

use http::{HeaderValue, Method, header};
use http_body_util::{BodyExt, Collected, Limited};
use nova_objects::{NovaException, RequestContext};
use nova_paste::{Application, Environ, Raised, Request, Response, body};
use nova_router::{
    ApiError, ApiRequest, ApiResponse, ApiVersionRequest, ApiVersions, Controller, Fault, Resource,
    method,
};
use serde_json::{Value, json};
use std::{borrow::Cow, sync::Arc};

#[derive(Debug, thiserror::Error)]
#[error("{0} went wrong")]
struct Wrong(&'static str, u16);

impl NovaException for Wrong {
    fn class(&self) -> Cow<'_, str> {
        self.0.into()
    }

    fn code(&self) -> u16 {
        self.1
    }
}

struct Things;

impl Things {
    fn resource() -> Resource {
        let versions = ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 47) };
        let (v2_5, v2_9) = (ApiVersionRequest(2, 5), ApiVersionRequest(2, 9));
        let controller = Controller::builder("Things", Arc::new(Self))
            .action("echo", method(Self::echo))
            .action("create", method(Self::echo).response(202))
            .action("update", method(Self::echo))
            .action("nothing", method(async |_, _| Ok(())).response(204))
            .action("moved", method(Self::moved).response(202))
            .action("who", method(Self::who).expected_errors(&[404]))
            .action("index", method(async |_, _| Ok(json!("old"))).api_version(..v2_5))
            .action("index", method(async |_, _| Ok(json!("new"))).api_version(v2_9..))
            .action("caught", method(Self::wrong).expected_errors(&[404, 409]))
            .action("uncaught", method(Self::wrong))
            .wsgi_action("os-start", method(Self::echo).response(202))
            .wsgi_action("delete", method(async |_, _| Ok(())).response(204));
        Resource::v21(controller.build(), versions)
    }

    async fn echo(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        Ok(json!({ "args": request.args, "body": request.body, "query": request.query }))
    }

    async fn moved(self: Arc<Self>, _request: ApiRequest) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::from(json!({})).code(201).header("Location", "http://nova/things/1"))
    }

    async fn who(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        Ok(json!(request.context()?.user_id))
    }

    /// Goes wrong as the argument `how` says.
    async fn wrong(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        match request.arg("how") {
            "expected" => Err(ApiError::http(404, "no such thing")),
            "unexpected" => Err(ApiError::http(400, "no such luck")),
            "throttled" => Err(ApiError::Http(Fault::new(409, "later").header("Retry-After", "9"))),
            "conflict" => Err(Wrong("ThingInUse", 409))?,
            "policy" => Err(Wrong("PolicyNotAuthorized", 403))?,
            "invalid" => Err(Wrong("ValidationError", 400))?,
            _ => Err(Wrong("Boom", 500))?,
        }
    }
}

/// A request as URLMap and router hand it on.
fn request(method: &Method, action: &str, args: &[(&str, &str)]) -> Request {
    let mut request = Request::new(body(""));
    *request.method_mut() = method.clone();
    let environ = Environ::of_mut(&mut request);
    environ.path_info = "/things".into();
    environ.query_string = "a=1&b=two+words".into();
    environ.context = Some(RequestContext::new("alice", "demo"));
    let args = [&[("action", action)], args].concat();
    environ.routing_args = args.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    request
}

fn with_header(mut request: Request, name: &'static str, value: &str) -> Request {
    let value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("?"));
    request.headers_mut().insert(name, value);
    request
}

async fn answer(request: Request) -> Response {
    let answer = Things::resource().call(request).await;
    answer.unwrap_or_else(|raised| panic!("raised {raised}"))
}

async fn status_and_text(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.map(Collected::to_bytes);
    (status, bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default())
}

/// The code and message of a fault.
async fn fault(request: Request) -> (u16, String) {
    let (status, text) = status_and_text(answer(request).await).await;
    let fault: Value = serde_json::from_str(&text).unwrap_or_default();
    let fault = fault.as_object().and_then(|fault| fault.values().next()).cloned();
    let fault = fault.unwrap_or_else(|| panic!("no fault: {text}"));
    assert_eq!(fault["code"], status);
    (status, fault["message"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn an_answer_is_json_as_python_writes_it() {
    let response =
        answer(request(&Method::GET, "echo", &[("id", "caf\u{e9}"), ("format", "xml")])).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    let text =
        r#"{"args": {"id": "caf\u00e9"}, "body": null, "query": [["a", "1"], ["b", "two words"]]}"#;
    assert_eq!(status_and_text(response).await, (200, text.to_owned()));
}

#[tokio::test]
async fn a_method_or_its_decorator_says_the_status() {
    for (action, status, text) in [("nothing", 204, ""), ("moved", 201, "{}")] {
        let response = answer(request(&Method::POST, action, &[])).await;
        let location = response.headers().get(header::LOCATION).is_some();
        assert_eq!(location, action == "moved");
        assert_eq!(status_and_text(response).await, (status, text.to_owned()));
    }
}

#[tokio::test]
async fn the_version_asked_for_chooses_the_method_and_is_said_in_the_answer() {
    for (version, text) in [("2.1", "old"), ("2.4", "old"), ("2.9", "new"), ("latest", "new")] {
        let asked = with_header(
            request(&Method::GET, "index", &[]),
            "openstack-api-version",
            &format!("compute {version}"),
        );
        let response = answer(asked).await;
        let said = if version == "latest" { "2.47" } else { version };
        let headers = response.headers();
        assert_eq!(headers["x-openstack-nova-api-version"], said);
        assert_eq!(headers["openstack-api-version"], format!("compute {said}"));
        let vary = "X-OpenStack-Nova-API-Version, OpenStack-API-Version";
        assert_eq!(headers[header::VARY], vary);
        assert_eq!(status_and_text(response).await, (200, format!("\"{text}\"")));
    }
    let between =
        with_header(request(&Method::GET, "index", &[]), "x-openstack-nova-api-version", "2.7");
    assert_eq!(fault(between).await, (404, "The resource could not be found.".into()));
}

#[tokio::test]
async fn a_version_that_cannot_be_had_is_refused() {
    for (version, code, message) in [
        (
            "two",
            400,
            "API Version String two is of invalid format. Must be of format MajorNum.MinorNum.",
        ),
        (
            "2.48",
            406,
            "Version 2.48 is not supported by the API. Minimum is 2.1 and maximum is 2.47.",
        ),
    ] {
        let asked = || {
            with_header(
                request(&Method::GET, "index", &[]),
                "x-openstack-nova-api-version",
                version,
            )
        };
        // What is a version at least is repeated.
        let refused = answer(asked()).await;
        assert_eq!(refused.headers().contains_key(header::VARY), code == 406);
        assert_eq!(fault(asked()).await, (code, message.into()));
    }
}

#[tokio::test]
async fn a_body_is_read_for_post_and_put_only() {
    for (method, action, sent, read) in [
        (Method::POST, "create", r#"{"a": 1}"#, r#"{"a": 1}"#),
        (Method::PUT, "update", "[]", "[]"),
        (Method::POST, "create", "", "null"),
        (Method::GET, "echo", "{bad json", "null"),
        (Method::DELETE, "echo", r#"{"a": 1}"#, "null"),
    ] {
        let asked = request(&method, action, &[]).map(|_| body(sent));
        let (_, text) = status_and_text(answer(asked).await).await;
        assert!(text.contains(&format!(r#""body": {read}, "#)), "{method} {sent}: {text}");
    }
    let deep = "[".repeat(100_000);
    for bad in ["{bad json", "{", "\u{feff}{}", "nul", &deep] {
        let asked = request(&Method::POST, "create", &[]).map(|_| body(bad.to_owned()));
        assert_eq!(fault(asked).await, (400, "Malformed request body".into()));
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_clients_fault() {
    let broken =
        request(&Method::POST, "create", &[]).map(|_| Limited::new(body("long"), 1).boxed());
    let raised = Things::resource().call(broken).await.unwrap_err();
    assert_eq!((&*raised.class, raised.code), ("IOError", Some(400)));
}

#[tokio::test]
async fn an_action_is_named_by_the_one_key_of_the_body() {
    for (sent, code, message) in [
        (r#"{"foo": null}"#, 400, "There is no such action: foo"),
        ("{}", 400, "Malformed request body"),
        (r#"{"os-start": null, "os-stop": null}"#, 400, "Malformed request body"),
        ("null", 404, "The resource could not be found."),
    ] {
        let asked = request(&Method::POST, "action", &[]).map(|_| body(sent));
        assert_eq!(fault(asked).await, (code, message.into()), "{sent}");
    }
    let asked = request(&Method::POST, "action", &[]).map(|_| body(r#"{"os-start": null}"#));
    assert_eq!(answer(asked).await.status(), 202);
    assert_eq!(answer(request(&Method::DELETE, "delete", &[])).await.status(), 204);
    let (code, _) = fault(request(&Method::GET, "os-start", &[])).await;
    assert_eq!(code, 404, "an action is no method of its own");
}

#[tokio::test]
async fn a_content_type_decides_before_anything_is_looked_up() {
    for (content_type, code) in [
        ("application/json", 202),
        ("application/json; charset=utf-8", 202),
        ("application/vnd.openstack.compute+json", 202),
        ("text/plain", 202),
        ("application/xml", 400),
        ("application/jsonp", 400),
    ] {
        let asked = || {
            let asked = request(&Method::POST, "create", &[]).map(|_| body("{}"));
            with_header(asked, "content-type", content_type)
        };
        assert_eq!(answer(asked()).await.status(), code, "{content_type}");
        if code == 400 {
            assert_eq!(fault(asked()).await.1, "Unsupported Content-Type");
        }
    }
}

#[tokio::test]
async fn a_resource_may_read_bodies_of_other_types_by_itself() {
    let upload = async |_: Arc<Things>, request: ApiRequest| {
        Ok(json!({ "body": request.body, "data": request.data.len() }))
    };
    let controller = Controller::builder("Things", Arc::new(Things));
    let controller = controller.action("update", method(upload)).build();
    let resource = Resource::new(controller).reading(&["image/png"]);
    for (content_type, text) in [
        ("image/png", r#"{"body": null, "data": 4}"#),
        ("application/json", r#"{"body": true, "data": 4}"#),
    ] {
        let mut put =
            with_header(request(&Method::PUT, "update", &[]), "content-type", content_type);
        *put.body_mut() = body("true");
        let answer = resource.call(put).await.unwrap();
        assert_eq!(status_and_text(answer).await, (200, text.to_owned()), "{content_type}");
    }
}

#[tokio::test]
async fn the_answer_has_the_type_that_was_negotiated() {
    let compute = "application/vnd.openstack.compute+json";
    let accepting = with_header(request(&Method::GET, "echo", &[]), "accept", compute);
    let mut preset = with_header(request(&Method::GET, "echo", &[]), "accept", compute);
    Environ::of_mut(&mut preset).best_content_type = Some("application/atom+xml".into());
    let mut suffixed = with_header(request(&Method::GET, "echo", &[]), "accept", compute);
    Environ::of_mut(&mut suffixed).path_info = "/things.json".into();
    let foreign = with_header(request(&Method::GET, "echo", &[]), "accept", "image/png, ;q");
    for (asked, content_type) in [
        (accepting, compute),
        (preset, "application/atom+xml"),
        (suffixed, "application/json"),
        (foreign, "application/json"),
    ] {
        assert_eq!(answer(asked).await.headers()[header::CONTENT_TYPE], content_type);
    }
}

#[tokio::test]
async fn the_project_of_the_url_is_that_of_the_token() {
    let asked = request(&Method::GET, "echo", &[("project_id", "demo")]);
    assert!(!status_and_text(answer(asked).await).await.1.contains("project_id"));
    let message =
        "Malformed request URL: URL's project_id 'other' doesn't match Context's project_id 'demo'";
    let asked = request(&Method::GET, "echo", &[("project_id", "other")]);
    assert_eq!(fault(asked).await, (400, message.into()));
}

const REPORT: &str = "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ \
                      and attach the Nova API log if possible.\n";

#[tokio::test]
async fn only_expected_errors_explain_themselves() {
    let report = |class: &str| format!("{REPORT}<class '{class}'>");
    for (how, code, message) in [
        ("expected", 404, "no such thing".to_owned()),
        ("unexpected", 500, report("webob.exc.HTTPBadRequest")),
        ("conflict", 409, "ThingInUse went wrong".to_owned()),
        ("policy", 403, "PolicyNotAuthorized went wrong".to_owned()),
        ("invalid", 400, "ValidationError went wrong".to_owned()),
        ("boom", 500, report("nova.exception.Boom")),
    ] {
        assert_eq!(fault(request(&Method::GET, "caught", &[("how", how)])).await, (code, message));
    }
    let response = answer(request(&Method::GET, "caught", &[("how", "throttled")])).await;
    assert_eq!(response.headers()[header::RETRY_AFTER], "9");
    let mut nobody = request(&Method::GET, "who", &[]);
    Environ::of_mut(&mut nobody).context = None;
    assert_eq!(fault(nobody).await, (500, report("exceptions.KeyError")));
}

#[tokio::test]
async fn without_a_list_of_them_an_exception_travels_on() {
    for (how, code) in [("unexpected", 400), ("policy", 403), ("invalid", 400)] {
        assert_eq!(fault(request(&Method::GET, "uncaught", &[("how", how)])).await.0, code);
    }
    let asked = request(&Method::GET, "uncaught", &[("how", "conflict")]);
    let raised = Things::resource().call(asked).await.unwrap_err();
    assert_eq!(raised, Raised::from(Wrong("ThingInUse", 409)));
}
