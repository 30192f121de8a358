//! Who may use `/api/admin`, and as what: the bearer of a token, or a browser with the cookie that a token was exchanged for.
//!
//! Invariants: comparing takes the same time whatever was given, since digests are compared and not texts. A cookie is signed with a key that
//! follows from its role's token, so nothing is kept here, and a new token makes old cookies worthless. What a cookie authorises and is no
//! `GET` must come from a page of ours, by its `Origin`. Not here: signing in (`session`), which role a route needs (`router`).

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::json;
use sha2::Sha256;
use skirmish_protocol::check_name;

use super::App;
use crate::clock::wall_ms;

/// In whatever case.
const SCHEME: &[u8] = b"Bearer ";
/// Tells who acts, for those who share a token.
const WHO: &str = "x-skirmish-who";
/// How long a cookie is good.
const COOKIE_LIFE: Duration = Duration::from_secs(12 * 3600);
/// What cookies' keys are derived for.
const COOKIE_PURPOSE: &[u8] = b"skirmish console cookie 1";

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Look.
    Viewer,
    /// Look and act.
    Operator,
}

/// Who asks, attached to each request that was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Actor {
    pub(super) role: Role,
    /// A name, if one was given; else the role's.
    pub(super) who: String,
}

/// The tokens of both roles, as digests, and the name of the cookie.
pub(super) struct Auth {
    keys: [Key; 2],
    cookie_name: String,
    cookie_is_secure: bool,
}

struct Key {
    role: Role,
    digest: Vec<u8>,
    cookie: Hmac<Sha256>,
}

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    Unauthorized,
    ForeignOrigin,
    ReadOnly,
    Who(String),
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
        }
    }
}

impl Actor {
    pub(super) fn new(role: Role, who: Option<&str>) -> Result<Self, Denied> {
        let who = who.unwrap_or(role.name());
        check_name(who).map_err(|error| Denied::Who(error.to_string()))?;
        Ok(Self { role, who: who.to_owned() })
    }
}

impl Auth {
    /// `port` keeps the cookies of several servers on one host apart; `secure`: browsers reach this one by https.
    pub(super) fn new(operator: &str, viewer: &str, port: u16, secure: bool) -> Self {
        Self {
            // The first that fits counts.
            keys: [Key::new(Role::Operator, operator), Key::new(Role::Viewer, viewer)],
            cookie_name: format!("skirmish_console_{port}"),
            cookie_is_secure: secure,
        }
    }

    /// Whose token this is.
    pub(super) fn role_of(&self, token: &[u8]) -> Option<Role> {
        self.keys.iter().find(|key| digest(token).verify_slice(&key.digest).is_ok()).map(|key| key.role)
    }

    /// Who asks for something that needs no more than looking.
    pub(super) fn actor(&self, headers: &HeaderMap) -> Result<Actor, Denied> {
        let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
        let Some(given) = given else {
            return self.of_cookie(headers).ok_or(Denied::Unauthorized);
        };
        let (scheme, token) = given.split_at_checked(SCHEME.len()).unwrap_or_default();
        let token = if scheme.eq_ignore_ascii_case(SCHEME) { token } else { b"" };
        let role = self.role_of(token).ok_or(Denied::Unauthorized)?;
        let who = headers.get(WHO).map(|who| String::from_utf8_lossy(who.as_bytes()));
        Actor::new(role, who.as_deref())
    }

    /// The value of `Set-Cookie` that signs this actor in.
    pub(super) fn signing_in(&self, actor: &Actor) -> String {
        let expires_ms = wall_ms() + COOKIE_LIFE.as_millis() as u64;
        let said = format!("{}.{expires_ms}.{}", actor.role.name(), URL_SAFE_NO_PAD.encode(&actor.who));
        let key = self.keys.iter().find(|key| key.role == actor.role).expect("each role has a key");
        let signature = URL_SAFE_NO_PAD.encode(key.sign(&said).finalize().into_bytes());
        self.set_cookie(&format!("{said}.{signature}"), COOKIE_LIFE)
    }

    /// The value of `Set-Cookie` that signs whoever it was out.
    pub(super) fn signing_out(&self) -> String {
        self.set_cookie("", Duration::ZERO)
    }

    fn set_cookie(&self, value: &str, life: Duration) -> String {
        let secure = if self.cookie_is_secure { "; Secure" } else { "" };
        format!("{}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{secure}", self.cookie_name, life.as_secs())
    }

    fn of_cookie(&self, headers: &HeaderMap) -> Option<Actor> {
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut cookies = cookies.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        cookies.find_map(|(name, value)| if name == self.cookie_name { self.read_cookie(value) } else { None })
    }

    fn read_cookie(&self, value: &str) -> Option<Actor> {
        let (said, signature) = value.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = self.keys.iter().find(|key| key.sign(said).verify_slice(&signature).is_ok())?;
        let mut parts = said.splitn(3, '.');
        let (role, expires_ms, who) = (parts.next()?, parts.next()?.parse::<u64>().ok()?, parts.next()?);
        let who = String::from_utf8(URL_SAFE_NO_PAD.decode(who).ok()?).ok()?;
        let is_good = role == key.role.name() && wall_ms() < expires_ms;
        is_good.then_some(Actor { role: key.role, who })
    }
}

impl Key {
    fn new(role: Role, token: &str) -> Self {
        let digest = digest(token.as_bytes()).finalize().into_bytes().to_vec();
        let derived = self::digest(token.as_bytes()).chain_update(COOKIE_PURPOSE).finalize().into_bytes();
        Self { role, digest, cookie: self::digest(&derived) }
    }

    fn sign(&self, said: &str) -> Hmac<Sha256> {
        self.cookie.clone().chain_update(said.as_bytes())
    }
}

fn digest(token: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(token).expect("HMAC takes keys of any length")
}

/// Lets in who may do what needs this role, and says who it is.
pub(super) async fn require(
    State((app, needs)): State<(Arc<App>, Role)>,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&app, needs, &request) {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Err(denied) => denied.into_response(),
    }
}

fn admit(app: &App, needs: Role, request: &Request) -> Result<Actor, Denied> {
    let headers = request.headers();
    let actor = app.auth.actor(headers)?;
    let by_cookie = !headers.contains_key(header::AUTHORIZATION);
    let from_us = headers.contains_key(header::ORIGIN) && app.origins.allow(headers);
    let only_looks = matches!(*request.method(), Method::GET | Method::HEAD);
    if by_cookie && !only_looks && !from_us {
        return Err(Denied::ForeignOrigin);
    }
    if actor.role < needs { Err(Denied::ReadOnly) } else { Ok(actor) }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::Unauthorized => {
                let message = "give a token as `Authorization: Bearer TOKEN`, or sign in at /console; it is SKIRMISH_ADMIN_TOKEN or \
                               SKIRMISH_ADMIN_READ_TOKEN, or was printed at start";
                (StatusCode::UNAUTHORIZED, "unauthorized", message.to_owned())
            }
            Self::ForeignOrigin => {
                let message =
                    "a request that a cookie authorises must come from the console's own page, by its Origin header";
                (StatusCode::FORBIDDEN, "foreign_origin", message.to_owned())
            }
            Self::ReadOnly => {
                let message = "this token may look and not act: sign in with the operator's";
                (StatusCode::FORBIDDEN, "read_only", message.to_owned())
            }
            Self::Who(reason) => (StatusCode::BAD_REQUEST, "bad_request", format!("who: {reason}")),
        };
        let body = Json(json!({ "error": { "code": code, "message": message } }));
        let mut response = (status, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth() -> Auth {
        Auth::new("the operator's token", "the viewer's token", 8080, false)
    }

    fn with(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().expect("a header's value"));
        headers
    }

    /// The cookie that a browser sends back.
    fn cookie(auth: &Auth, actor: &Actor) -> String {
        auth.signing_in(actor).split(';').next().expect("it begins with the cookie").to_owned()
    }

    #[test]
    fn a_cookie_gives_back_who_signed_in() {
        let actor = Actor { role: Role::Viewer, who: "Грейс 語".to_owned() };
        let sent = format!("theme=dark; {}; other=1", cookie(&auth(), &actor));
        assert_eq!(auth().actor(&with("cookie", &sent)), Ok(actor));
    }

    #[test]
    fn a_cookie_of_another_token_another_server_or_with_another_role_is_none() {
        let actor = Actor { role: Role::Viewer, who: "Ada".to_owned() };
        let sent = cookie(&auth(), &actor);
        let others = [
            Auth::new("the operator's token", "a new viewer's token", 8080, false),
            Auth::new("the operator's token", "the viewer's token", 8081, false),
        ];
        for other in others {
            assert_eq!(other.actor(&with("cookie", &sent)), Err(Denied::Unauthorized));
        }
        let raised = sent.replace("viewer", "operator");
        assert_eq!(auth().actor(&with("cookie", &raised)), Err(Denied::Unauthorized));
        for cut in 0..sent.len() {
            assert_eq!(auth().actor(&with("cookie", &sent[..cut])), Err(Denied::Unauthorized), "cut at {cut}");
        }
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
        let actor = Actor { role: Role::Operator, who: "operator".to_owned() };
        let set = auth().signing_in(&actor);
        assert!(set.contains("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"), "{set}");
        assert!(!set.contains("Secure"));
        assert!(Auth::new("a", "b", 443, true).signing_in(&actor).ends_with("; Secure"));
    }

    #[test]
    fn who_must_be_a_name() {
        let mut headers = with("authorization", "Bearer the viewer's token");
        headers.insert(WHO, "Ada".parse().expect("a header's value"));
        assert_eq!(auth().actor(&headers).map(|actor| actor.who), Ok("Ada".to_owned()));
        headers.insert(WHO, "x".repeat(25).parse().expect("a header's value"));
        assert!(matches!(auth().actor(&headers), Err(Denied::Who(_))));
    }
}
