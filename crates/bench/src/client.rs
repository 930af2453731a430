//! A minimal HTTP/1.1 client: one kept-alive connection, one request at a time, buffers used again.
//!
//! It shares the machine with what it measures, so it does no more than it must: it sends bytes that
//! were made elsewhere and reads a status, a length and a body. Not here: pacing (`load`).

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Bytes read at once at first; an answer that is longer gets more room.
const ROOM: usize = 16 * 1024;

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    filled: usize,
}

/// An answer, in the connection's own buffer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// Whether it is a success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The text value of the first JSON member of this name, as far as a search finds it.
    pub fn member(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.body).ok()?;
        let (_, rest) = text.split_once(&format!("\"{name}\":\""))?;
        rest.split_once('"').map(|(value, _)| value)
    }
}

/// Where the parts of a complete answer are.
struct Shape {
    status: u16,
    head: usize,
    end: usize,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// What the system says.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, input: vec![0; ROOM], filled: 0 })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// What the system says; or that the answer is none that this client reads.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.filled = 0;
        self.stream.write_all(request).await?;
        loop {
            self.read().await?;
            if let Some(Shape { status, head, end }) = shape(&self.input[..self.filled])? {
                return Ok(Answer { status, body: &self.input[head..end] });
            }
        }
    }

    /// Sends a request whose answer has no end, and returns what came with its head.
    ///
    /// # Errors
    /// As [`Connection::ask`]; also for any status but 200.
    pub async fn follow(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        self.filled = 0;
        self.stream.write_all(request).await?;
        while find(&self.input[..self.filled], b"\r\n\r\n").is_none() {
            self.read().await?;
        }
        match status(&self.input[..self.filled])? {
            200 => Ok(self.input[..self.filled].to_vec()),
            status => Err(Error::other(format!("the stream was answered {status}"))),
        }
    }

    /// What has come of a followed answer since the last call, waiting for some.
    ///
    /// # Errors
    /// What the system says; or that the answer ended.
    pub async fn more(&mut self) -> Result<&[u8]> {
        self.filled = 0;
        self.read().await?;
        Ok(&self.input[..self.filled])
    }

    /// Makes the buffer small, for connections of which there are many.
    pub fn shrink(&mut self, room: usize) {
        self.input = vec![0; room.max(512)];
        self.filled = 0;
    }

    async fn read(&mut self) -> Result<()> {
        if self.filled == self.input.len() {
            self.input.resize(self.input.len() * 2, 0);
        }
        match self.stream.read(&mut self.input[self.filled..]).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            count => {
                self.filled += count;
                Ok(())
            }
        }
    }
}

/// The parts of an answer that is complete; `None` while it is not.
fn shape(bytes: &[u8]) -> Result<Option<Shape>> {
    let Some(head) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = head + 4;
    let lines = bytes[..head].split(|byte| *byte == b'\n');
    let length = lines.filter_map(content_length).next();
    let length = length.ok_or_else(|| Error::new(ErrorKind::InvalidData, "an answer without a length"))?;
    let end = head + length;
    if bytes.len() < end {
        return Ok(None);
    }
    Ok(Some(Shape { status: status(bytes)?, head, end }))
}

fn status(bytes: &[u8]) -> Result<u16> {
    let digits = bytes.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let status = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    status.ok_or_else(|| Error::new(ErrorKind::InvalidData, "not an HTTP/1.1 answer"))
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = line.split_at_checked(15)?;
    if !name.eq_ignore_ascii_case(b"content-length:") {
        return None;
    }
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// Where a short text begins.
pub fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer is complete when all of its body is there, and not before.
    #[test]
    fn answers_are_cut() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 11\r\nx: y\r\n\r\n{\"id\":\"h\"}\n";
        for cut in 0..whole.len() {
            assert!(shape(&whole[..cut]).unwrap().is_none(), "{cut}");
        }
        let shape = shape(whole).unwrap().unwrap();
        let answer = Answer { status: shape.status, body: &whole[shape.head..shape.end] };
        assert_eq!((answer.status, answer.body), (201, b"{\"id\":\"h\"}\n".as_slice()));
        assert_eq!(answer.member("id"), Some("h"));
        assert!(answer.is_success());
    }
}
