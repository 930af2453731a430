// A mail's plain words, out of the whole message as it was sent (RFC 5322, RFC 2045).

/** The first `text/plain` part, with its line breaks and letters as the reader sees them. */
export function plainPart(message: string): string {
  const [head, ...rest] = message.split(/\r?\n\r?\n/);
  const boundary = /boundary="?([^"\r\n;]+)"?/i.exec(head ?? '')?.[1];
  if (!boundary) return letters(head ?? '', rest.join('\n\n'));
  for (const part of rest.join('\r\n\r\n').split(`--${boundary}`)) {
    const [partHead, ...body] = part.split(/\r?\n\r?\n/);
    if (/content-type:\s*text\/plain/i.test(partHead ?? '')) return letters(partHead ?? '', body.join('\n\n')).trim();
  }
  return message;
}

function letters(head: string, body: string): string {
  if (/transfer-encoding:\s*base64/i.test(head)) return utf8(Uint8Array.from(atob(body.replace(/\s/g, '')), (letter) => letter.charCodeAt(0)));
  if (!/transfer-encoding:\s*quoted-printable/i.test(head)) return body;
  const joined = body.replace(/=\r?\n/g, '');
  const bytes: number[] = [];
  for (let at = 0; at < joined.length; at += 1) {
    const code = /^=([0-9A-F]{2})/i.exec(joined.slice(at, at + 3))?.[1];
    if (code) { bytes.push(Number.parseInt(code, 16)); at += 2; } else bytes.push(...new TextEncoder().encode(joined[at]!));
  }
  return utf8(new Uint8Array(bytes));
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
