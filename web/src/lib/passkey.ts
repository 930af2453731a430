// Passkeys: what the server asks and what a device answers, between WebAuthn's JSON and the browser's own objects.
//
// Not every browser turns one into the other by itself yet, so it is done here, for what is used.
import { api, got, Problem, type Schemas } from '../api/client';
import { t } from '../words/words.svelte';

type Asked = Schemas['CreationOptions'];

const host = location.hostname;
/** Browsers make passkeys for names, on pages that nobody on the way can change. */
const isAddress = /^[\d.]+$|:/.test(host);

export const passkeys = {
  here: isSecureContext && 'PublicKeyCredential' in globalThis && !isAddress,
  /** The same page under a name, where this machine serves it to itself. */
  elsewhere: /^127\.|^\[::1\]$/.test(host) ? `${location.protocol}//localhost${location.port && `:${location.port}`}/console` : null,
  /** Whether this device itself keeps passkeys; a key or a phone may do so in any case. */
  async onDevice(): Promise<boolean> {
    return passkeys.here && await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
  },
  /** Whether the browser offers passkeys in the field for the mail address. */
  async inField(): Promise<boolean> {
    return passkeys.here && await (PublicKeyCredential.isConditionalMediationAvailable?.() ?? false);
  },
};

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}

export function text(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** What the browser says when there is no passkey, in words: closing its window is no fault of anybody's. */
function fault(cause: unknown): unknown {
  const name = cause instanceof DOMException ? cause.name : '';
  if (name === 'InvalidStateError') return new Problem(400, { type: '/problems/passkey', detail: t('passkey-there') });
  if (name === 'NotAllowedError') return new Problem(400, { type: '/problems/passkey', detail: t('passkey-none') });
  if (name) return new Problem(400, { type: '/problems/passkey', detail: t('passkey-not-here') });
  return cause;
}

function creation(asked: Asked): PublicKeyCredentialCreationOptions {
  return {
    rp: asked.rp,
    user: { ...asked.user, id: bytes(asked.user.id) },
    challenge: bytes(asked.challenge),
    pubKeyCredParams: asked.pubKeyCredParams.map(({ alg }) => ({ type: 'public-key' as const, alg })),
    timeout: asked.timeout,
    excludeCredentials: asked.excludeCredentials.map(({ id }) => ({ type: 'public-key' as const, id: bytes(id) })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
}

/** Makes a passkey: for whoever is signed in, for somebody new, or by a recovery link. */
export async function makePasskey(wish: Schemas['PasskeyWish']): Promise<Schemas['NewPasskey']> {
  const asked = await got(api.POST('/v1/passkeys/options', { body: wish }));
  try {
    const made = await navigator.credentials.create({ publicKey: creation(asked) }) as PublicKeyCredential;
    const response = made.response as AuthenticatorAttestationResponse;
    return { response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) } };
  } catch (cause) {
    throw fault(cause);
  }
}

/** Signs in by a passkey; with a signal, it waits in the field for the mail address until somebody chooses one. */
export async function usePasskey(waiting?: AbortSignal): Promise<Schemas['SessionShape']> {
  const asked = await got(api.POST('/v1/session/passkey/options'));
  const publicKey = { challenge: bytes(asked.challenge), timeout: asked.timeout, rpId: asked.rpId, userVerification: 'required' as const };
  const how = waiting ? { publicKey, signal: waiting, mediation: 'conditional' as const } : { publicKey };
  let used: PublicKeyCredential;
  try {
    used = await navigator.credentials.get(how) as PublicKeyCredential;
  } catch (cause) {
    throw waiting ? cause : fault(cause);
  }
  const response = used.response as AuthenticatorAssertionResponse;
  return got(api.POST('/v1/session/passkey', { body: {
    id: used.id,
    response: {
      clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature),
      ...(response.userHandle ? { userHandle: text(response.userHandle) } : {}),
    },
  } }));
}

/** What a browser is called, for a passkey that it makes. */
export function thisDevice(agent = navigator.userAgent): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1]?.replace('Edg', 'Edge').replace('OPR', 'Opera');
  const system = /(Windows|Mac OS|Android|iPhone|iPad|Linux)/.exec(agent)?.[1]?.replace('Mac OS', 'Mac');
  return [system, browser].filter(Boolean).join(', ');
}
