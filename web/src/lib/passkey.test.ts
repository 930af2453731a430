import { expect, it, vi } from 'vitest';

vi.stubGlobal('location', { hostname: '127.0.0.1', protocol: 'http:', port: '8080' });
vi.stubGlobal('isSecureContext', true);
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} });
const { bytes, passkeys, text, thisDevice } = await import('./passkey');

it('bytes go to text and back as base64url without padding', () => {
  for (const [raw, written] of [[[], ''], [[255], '_w'], [[255, 239], '_-8'], [[1, 2, 3], 'AQID']] as [number[], string][]) {
    expect(text(new Uint8Array(raw).buffer)).toBe(written);
    expect([...bytes(written)]).toEqual(raw);
  }
});

it('an address has no passkeys, but this machine has a name', () => {
  expect(passkeys.here).toBe(false);
  expect(passkeys.elsewhere).toBe('http://localhost:8080/console');
});

it('browsers have short names', () => {
  expect(thisDevice('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36')).toBe('Linux, Chrome');
  expect(thisDevice('x')).toBe('');
});
