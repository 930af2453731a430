//! Makes style sheets and scripts smaller while compiling: no comments, no space that means nothing.
//!
//! Scripts only lose indentation and lines that are nothing but a comment, so a script of ours must
//! not have a text over several lines. Of CSS this knows just enough for our own sheets: space is
//! kept inside strings and between words, and dropped at line ends, before `{` and after `{`, `}`,
//! `:`, `;` and `,`. It never joins a selector such as `a :focus`, where the space stands before
//! the colon.

/// Length of `sheet` when squeezed, in bytes.
pub const fn squeezed_len(sheet: &str) -> usize {
    squeeze::<0>(sheet).1
}

/// `sheet` squeezed into its first `N` bytes, and the length it needs.
pub const fn squeeze<const N: usize>(sheet: &str) -> ([u8; N], usize) {
    let from = sheet.as_bytes();
    let mut into = [0; N];
    let (mut at, mut len, mut last, mut quoted) = (0, 0, b'{', false);
    while at < from.len() {
        let byte = from[at];
        at += 1;
        if !quoted && byte == b'/' && at < from.len() && from[at] == b'*' {
            at += 1;
            while at + 1 < from.len() && !(from[at] == b'*' && from[at + 1] == b'/') {
                at += 1;
            }
            at += 2;
            continue;
        }
        if byte == b'"' {
            quoted = !quoted;
        }
        let space = !quoted && (byte == b' ' || byte == b'\n');
        if space && matches!(last, b' ' | b'\n' | b'{' | b'}' | b':' | b';' | b',') {
            continue;
        }
        let needless = (byte == b'}' && last == b';') || (byte == b'{' && last == b' ');
        if !quoted && needless {
            len -= 1;
        }
        last = if byte == b'\n' { b' ' } else { byte };
        if len < N {
            into[len] = last;
        }
        len += 1;
    }
    (into, len)
}

/// Length of `script` when dedented, in bytes.
pub const fn dedented_len(script: &str) -> usize {
    dedent::<0>(script).1
}

/// `script` without indentation and comment lines in its first `N` bytes, and the length it needs.
pub const fn dedent<const N: usize>(script: &str) -> ([u8; N], usize) {
    let from = script.as_bytes();
    let mut into = [0; N];
    let (mut at, mut len, mut fresh) = (0, 0, true);
    while at < from.len() {
        let byte = from[at];
        at += 1;
        if fresh && (byte == b' ' || byte == b'\n') {
            continue;
        }
        if fresh && byte == b'/' && at < from.len() && from[at] == b'/' {
            while at < from.len() && from[at] != b'\n' {
                at += 1;
            }
            continue;
        }
        fresh = byte == b'\n';
        if len < N {
            into[len] = byte;
        }
        len += 1;
    }
    (into, len)
}

/// The squeezed bytes as text; they are the sheet's own, cut only at ASCII.
pub const fn text(squeezed: &[u8]) -> &str {
    match std::str::from_utf8(squeezed) {
        Ok(text) => text,
        Err(_) => panic!("squeezing broke a character"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_space_without_meaning_goes() {
        let sheet = "/* why */\na :focus, b > c {\n  margin: 0 1px;\n  content: \" / * \";\n}\n\nd { x: calc(1px + 2px); }\n";
        let (bytes, len) = squeeze::<200>(sheet);
        let want = "a :focus,b > c{margin:0 1px;content:\" / * \"}d{x:calc(1px + 2px)}";
        assert_eq!(text(&bytes[..len]), want);
        assert_eq!(squeezed_len(sheet), want.len());
    }

    #[test]
    fn a_script_keeps_its_lines() {
        let script = "// Aim.\n(() => {\n  // why\n  const a = 'x // y'; // z\n\n  a();\n})();\n";
        let (bytes, len) = dedent::<200>(script);
        let want = "(() => {\nconst a = 'x // y'; // z\na();\n})();\n";
        assert_eq!(text(&bytes[..len]), want);
        assert_eq!(dedented_len(script), want.len());
    }
}
