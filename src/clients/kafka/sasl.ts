import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { openReadFiles } from '../../platform/files/read-files.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { RemediedError } from '../../platform/to-fault.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { KafkaLogin, KafkaTokenLogin } from './kafka-types.ts';

/** Sends a SASL token and returns the server's. */
type Exchange = (token: Buffer) => Promise<Buffer>;

const derive = promisify(pbkdf2);
const hashes = { 'scram-sha-256': 'sha256', 'scram-sha-512': 'sha512' } as const;
/** Upper limit of SCRAM iterations: a higher count would be a denial of service. */
const mostRounds = 1_000_000;

/**
 * Logs in. Throws `denied` when the server refuses, or cannot prove that it knows the password. Source: RFC 4616
 * (PLAIN), RFC 5802 (SCRAM), RFC 7628 and KIP-342 (OAUTHBEARER).
 */
export const saslLogin = async (
  login: KafkaLogin,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<void> => {
  if (login.mechanism === 'oauthbearer') return bearer(login, exchange, signal);
  const { mechanism, user, password } = login;
  if (mechanism === 'plain') await exchange(Buffer.from(`\0${user}\0${password}`));
  else await scram(hashes[mechanism], user, password, exchange);
};

const files = openReadFiles((signal) => signal);
const mostToken = 64 * 1024;

const tokenOf = async ({ token, tokenFile }: KafkaTokenLogin, signal: AbortSignal): Promise<string> => {
  if (tokenFile === undefined) return (token ?? '').trim();
  try {
    return (await files.read(tokenFile, { from: 'head', maxBytes: mostToken }, signal)).raw.trim();
  } catch (error) {
    throw error instanceof WireError
      ? new RemediedError(
          error.kind,
          `token file ${tokenFile}: ${error.message}`,
          'correct sasl: { tokenFile }',
        )
      : error;
  }
};

const bearer = async (login: KafkaTokenLogin, exchange: Exchange, signal: AbortSignal): Promise<void> => {
  const token = await tokenOf(login, signal);
  // A control character would end the field and start an injected one.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new RemediedError(
      'unconfigured',
      'login with OAUTHBEARER: the token is empty or not a token',
      remedyOf(login),
    );
  secretMasker.add(token);
  const extensions = Object.entries(login.extensions ?? {}).map(([name, value]) => `${name}=${value}\x01`);
  const refusal = await exchange(Buffer.from(`n,,\x01auth=Bearer ${token}\x01${extensions.join('')}\x01`));
  if (refusal.length === 0) return;
  const why = `login with OAUTHBEARER: the broker rejected the token${statusIn(refusal)}${expiryText(token)}`;
  // The broker ends the exchange with a generic error.
  await exchange(Buffer.from([1])).catch((error: unknown) => {
    if (!(error instanceof WireError) || error.kind !== 'denied') throw error;
  });
  throw new RemediedError('denied', why, remedyOf(login));
};

const remedyOf = ({ tokenFile }: KafkaTokenLogin): string =>
  tokenFile === undefined
    ? 'renew the token that sasl: { token } refers to, or set sasl: { tokenFile } to a file that is renewed'
    : `renew the token in ${tokenFile}`;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/** The status in the JSON of a refusal: ' (invalid_token)'. */
const statusIn = (refusal: Buffer): string => {
  const status = field(parsed(refusal.toString('utf8')), 'status');
  return typeof status === 'string' ? ` (${oneLine(status, 60)})` : '';
};

/** The expiry of a JSON Web Token: ': its end is …'; '' for other tokens. */
const expiryText = (token: string): string => {
  const [, claims = ''] = token.split('.');
  const end = field(parsed(Buffer.from(claims, 'base64url').toString('utf8')), 'exp');
  return typeof end === 'number' && Math.abs(end) < 1e11
    ? `: its end is ${new Date(end * 1000).toISOString()}`
    : '';
};

const scram = async (
  hash: 'sha256' | 'sha512',
  user: string,
  password: string,
  exchange: Exchange,
): Promise<void> => {
  const nonce = randomBytes(18).toString('base64');
  const first = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  const challenge = (await exchange(Buffer.from(`n,,${first}`))).toString('utf8');
  const { r = '', s = '', i = '' } = attributes(challenge);
  const rounds = Number(i);
  if (!r.startsWith(nonce) || !(rounds > 0 && rounds <= mostRounds))
    throw new WireError('malformed', 'cannot parse its SCRAM challenge');
  const mac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const length = hash === 'sha256' ? 32 : 64;
  const salted = await derive(password.normalize('NFKC'), Buffer.from(s, 'base64'), rounds, length, hash);
  const clientKey = mac(salted, 'Client Key');
  const whole = `${first},${challenge},c=biws,r=${r}`;
  const signature = mac(createHash(hash).update(clientKey).digest(), whole);
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
  const last = await exchange(Buffer.from(`c=biws,r=${r},p=${Buffer.from(proof).toString('base64')}`));
  const { v = '', e } = attributes(last.toString('utf8'));
  if (e !== undefined) throw new WireError('denied', `the login failed: ${e}`);
  const expected = mac(mac(salted, 'Server Key'), whole);
  const serverSignature = Buffer.from(v, 'base64');
  if (serverSignature.length !== expected.length || !timingSafeEqual(serverSignature, expected))
    throw new WireError('denied', 'server signature mismatch: the server does not know the password');
};

/** Parses SCRAM attributes ('r=abc,s=def') by letter. */
const attributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
