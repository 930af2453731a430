//! A reader with a browser that knows no script: opens pages, reads them, fills in their forms.

use axum::http::Method;
use serde_json::Value;

use crate::house::{Got, House};

/// A page that was opened.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub html: String,
}

impl House {
    /// Opens a page, following redirects as a browser does.
    pub async fn open(&self, path: &str) -> Page {
        self.open_with(path, "").await
    }

    /// The same with a cookie.
    pub async fn open_with(&self, path: &str, cookie: &str) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let got = self.get(&path).header("accept", "text/html").header("cookie", cookie).send().await;
            match got.header("location") {
                Some(next) => next.clone_into(&mut path),
                None => return Page::of(path, got),
            }
        }
        panic!("{path} leads round in circles");
    }

    /// Sends a form from the page that it stands on, and opens what it leads to. The page's own key is sent.
    pub async fn send(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let key = page.key(action);
        let mut all = vec![("key", key.as_str())];
        all.extend(fields);
        let got = self.form(action, &all).await;
        match got.header("location") {
            Some(next) => {
                assert_eq!(got.status, 303);
                let next = next.to_owned();
                self.open(&next).await
            }
            None => Page::of(action.to_owned(), got),
        }
    }

    /// Hands a code in on its page; the cookie that the page then has, and where it leads.
    pub async fn code(&self, page: &Page, action: &str, code: &str) -> (String, Got) {
        let got = self.form(action, &[("key", page.key(action).as_str()), ("code", code)]).await;
        let cookie = got.header("set-cookie").unwrap_or_default().to_owned();
        (cookie.split(';').next().unwrap_or_default().to_owned(), got)
    }

    /// Sends fields as a form, as they are.
    pub async fn form(&self, action: &str, fields: &[(&str, &str)]) -> Got {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let call = self.call(Method::POST, action).header("origin", "http://localhost");
        call.raw("application/x-www-form-urlencoded", pairs.join("&")).send().await
    }
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

impl Page {
    pub fn of(path: String, got: Got) -> Self {
        assert_eq!(got.header("content-type"), Some("text/html; charset=utf-8"), "{got:?}");
        assert_eq!(got.header("cache-control"), Some("no-store"));
        assert_eq!(got.header("referrer-policy"), Some("same-origin"));
        assert!(got.header("content-security-policy").unwrap().contains("script-src 'self'"));
        let html = String::from_utf8(got.body.to_vec()).unwrap();
        assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{html}");
        Self { path, status: got.status.as_u16(), html }
    }

    /// Says whether the page has all of these texts, and shows it when not.
    #[track_caller]
    pub fn has(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.html.contains(text), "{} has no {text:?}:\n{}", self.path, self.html);
        }
        self
    }

    #[track_caller]
    pub fn has_not(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(!self.html.contains(text), "{} has {text:?}:\n{}", self.path, self.html);
        }
        self
    }

    /// The idempotency key of the form that goes to this address.
    fn key(&self, action: &str) -> String {
        let form =
            |start: &str| self.html.split_once(&format!(" {start}=\"{action}\"")).map(|(_, rest)| rest);
        // A button inside a form may lead it elsewhere; then the key stands before the button.
        let rest = form("action").or_else(|| form("formaction").map(|_| self.html.as_str()));
        let rest = rest.unwrap_or_else(|| panic!("no form goes to {action}:\n{}", self.html));
        let (_, rest) = rest.split_once("name=\"key\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// The JSON-LD documents.
    pub fn json_ld(&self) -> Vec<Value> {
        let scripts = self.html.split("<script type=\"application/ld+json\">").skip(1);
        scripts.map(|rest| serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()).collect()
    }

    /// The first address of this beginning on the page.
    #[track_caller]
    pub fn address(&self, start: &str) -> String {
        let at =
            self.html.find(&format!("\"{start}")).unwrap_or_else(|| panic!("no {start} in {}", self.html));
        self.html[at + 1..].split('"').next().unwrap().to_owned()
    }
}
