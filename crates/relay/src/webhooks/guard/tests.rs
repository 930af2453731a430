//! The guard against every spelling in `forbidden.txt`, and against names that change their mind.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dayshelf_core::ids::{EndpointId, Id};
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::text::Secret;
use dayshelf_core::time::Instant;
use dayshelf_store::{Delivery, DeliveryState, Trouble};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::super::post::{Answer, Poster};
use super::*;

/// The one public address of the small world, and one inside it.
pub(super) const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));

/// The rows of the table: its line, the reason's word, the address.
fn forbidden() -> Vec<(usize, &'static str, String)> {
    let lines = include_str!("forbidden.txt").lines().enumerate();
    let rows = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let read = rows.map(|(index, line)| {
        let (why, text) = line.split_once(' ').unwrap();
        (index + 1, why, unescaped(text))
    });
    read.collect()
}

fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut out = String::new();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        out.push(match letters.next().unwrap() {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            '0' => '\0',
            '\\' => '\\',
            'u' => {
                let code: String = letters.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap()
            }
            other => panic!("there is no escape \\{other}"),
        });
    }
    out
}

/// Whatever form a forbidden address is written in, it is refused, and for the reason that it has.
#[test]
fn every_spelling_is_refused() {
    let rows = forbidden();
    assert!(rows.len() >= 200, "{}", rows.len());
    let mut wrong = Vec::new();
    for (line, why, url) in rows {
        let expected = match why {
            "inside" => Unfit::Inside,
            "credentials" => Unfit::Credentials,
            "port" => Unfit::Port,
            "plain" => Unfit::Plain,
            "unreadable" => Unfit::Unreadable,
            other => panic!("line {line}: there is no reason {other}"),
        };
        let got = Guard::Public.check(&url);
        if got != Err(expected) {
            wrong.push(format!("line {line}: {url:?} is {expected:?}, got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Public receivers are let through, and in development everything is.
#[test]
fn outside_is_let_through() {
    for url in [
        "https://example.org/hook",
        "https://example.org./hook",
        "https://hooks.example.org:8443/",
        "https://localhost.example.org/",
        "https://internal.example.org/",
        "https://127.0.0.1.example.org/",
        "https://bücher.example/",
        "https://93.184.216.34/",
        "https://168.63.129.17/",
        "https://172.15.255.255/",
        "https://172.32.0.1/",
        "https://100.63.255.255/",
        "https://[2606:2800:220:1::1]/",
        "https://[64:ff9b::8.8.8.8]/",
    ] {
        assert!(Guard::Public.check(url).is_ok(), "{url}");
    }
    assert!(Guard::Anywhere.check("http://127.0.0.1:9000/hook").is_ok());
}

/// A name that leads inside is refused when it is resolved, which is when it is connected to.
#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let name = || "localhost".parse::<Name>().unwrap();
    let refused = Names::of_the_machine(Guard::Public).resolve(name()).await.err().unwrap();
    assert_eq!(refused.downcast_ref::<Unfit>(), Some(&Unfit::Inside));
    assert!(Names::of_the_machine(Guard::Anywhere).resolve(name()).await.is_ok());
}

/// Whatever an answer holds beside public addresses, it is refused as a whole, in any order.
#[tokio::test]
async fn mixed_answers_are_refused() {
    let inside = ["127.0.0.1", "10.0.0.8", "169.254.169.254", "168.63.129.16", "::1", "::ffff:10.0.0.1"];
    for inside in inside {
        for order in [["93.184.216.34", inside], [inside, "93.184.216.34"]] {
            let answer = order.map(|address| address.parse().unwrap()).to_vec();
            let names = fixed(Guard::Public, vec![answer]).0;
            let refused = names.resolve("example.org".parse().unwrap()).await.err().unwrap();
            assert_eq!(refused.downcast_ref::<Unfit>(), Some(&Unfit::Inside), "{inside}");
        }
    }
}

/// Names that lead to one answer after the other, the last one for ever; and how often they were asked for.
fn fixed(guard: Guard, answers: Vec<Vec<IpAddr>>) -> (Names, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, answers) = (Arc::clone(&asked), Mutex::new(answers));
    let look_up = move |_: String| -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        count.fetch_add(1, Ordering::SeqCst);
        let mut answers = answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(async move { Ok(answer.into_iter().map(|address| SocketAddr::new(address, 0)).collect()) })
    };
    (Names { guard, look_up: Arc::new(look_up) }, asked)
}

/// A receiver on both addresses of the small world; counts who comes where.
struct World {
    port: u16,
    outside: Arc<AtomicUsize>,
    inside: Arc<AtomicUsize>,
}

impl World {
    /// `reply` is what the public address answers; `PORT` in it becomes the port.
    async fn with(reply: &'static str) -> Self {
        loop {
            let inner = TcpListener::bind((INSIDE, 0)).await.unwrap();
            let port = inner.local_addr().unwrap().port();
            // Rarely the port is taken on the other address.
            let Ok(outer) = TcpListener::bind((OUTSIDE, port)).await else { continue };
            let (outside, inside) = (Arc::default(), Arc::default());
            serve(outer, reply.replace("PORT", &port.to_string()), Arc::clone(&outside));
            serve(inner, "HTTP/1.1 204 No Content\r\n\r\n".to_owned(), Arc::clone(&inside));
            return Self { port, outside, inside };
        }
    }

    fn seen(&self) -> (usize, usize) {
        (self.outside.load(Ordering::SeqCst), self.inside.load(Ordering::SeqCst))
    }
}

fn serve(listener: TcpListener, reply: String, seen: Arc<AtomicUsize>) {
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            seen.fetch_add(1, Ordering::SeqCst);
            let mut read = Vec::new();
            while !read.windows(4).any(|part| part == b"\r\n\r\n") {
                if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            drop(stream.write_all(reply.as_bytes()).await);
        }
    });
}

async fn post(poster: &Poster, url: String) -> Answer {
    let (secret, seed) = (Secret([1; 32]), Secret([2; 32]));
    let id = EndpointId(Id(1));
    let state = EndpointState::On;
    let endpoint = Endpoint { id, url, secret, seed, kinds: Vec::new(), state, version: 1 };
    let delivery = Delivery {
        endpoint: id,
        id: Id(2),
        subject: Id(3),
        sequence: 1,
        kind: "endpoint.ping".to_owned(),
        body: b"{}".to_vec(),
        state: DeliveryState::Waiting,
        tries: 0,
        due: Instant(0),
        last_status: 0,
        trouble: None,
    };
    poster.try_once(&endpoint, &delivery, Instant(0)).await
}

const TAKEN: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const REDIRECTS: &str = "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:PORT/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn poster(names: Names) -> Poster {
    Poster::with_names(Guard::Mirror, names, Some(Duration::from_secs(10))).unwrap()
}

/// A name that is public when it is checked and private a moment later gets one look-up for one connection:
/// what was checked is what is connected to, and the next time it is refused.
#[tokio::test]
async fn a_name_that_changes_its_mind_leads_nowhere_inside() {
    let world = World::with(TAKEN).await;
    let (names, asked) = fixed(Guard::Mirror, vec![vec![OUTSIDE], vec![INSIDE]]);
    let poster = poster(names);
    let url = format!("http://rebinds.example:{}/", world.port);
    assert_eq!(post(&poster, url.clone()).await, Answer::Taken(204));
    assert_eq!((asked.load(Ordering::SeqCst), world.seen()), (1, (1, 0)));
    assert_eq!(post(&poster, url).await, Answer::Silent(Trouble::NameUnknown));
    assert_eq!((asked.load(Ordering::SeqCst), world.seen()), (2, (1, 0)));
}

/// One inside address among several, first or last, and nobody is connected to.
#[tokio::test]
async fn several_addresses_are_all_checked() {
    let world = World::with(TAKEN).await;
    for answer in [vec![OUTSIDE, INSIDE], vec![INSIDE, OUTSIDE], vec![INSIDE]] {
        let poster = poster(fixed(Guard::Mirror, vec![answer]).0);
        let url = format!("http://several.example:{}/", world.port);
        assert_eq!(post(&poster, url).await, Answer::Silent(Trouble::NameUnknown));
    }
    assert_eq!(world.seen(), (0, 0));
}

/// A redirect is a failed try, wherever it leads.
#[tokio::test]
async fn no_redirect_is_followed() {
    let world = World::with(REDIRECTS).await;
    let poster = poster(fixed(Guard::Mirror, vec![vec![OUTSIDE]]).0);
    let url = format!("http://redirects.example:{}/", world.port);
    assert_eq!(post(&poster, url).await, Answer::Failed(307, None));
    assert_eq!(world.seen(), (1, 0));
}
