import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { WireError } from '../platform/runtime/wire-error.ts';

/** Hash functions of SCRAM, by their name in node:crypto. */
type ScramHash = 'sha1' | 'sha256' | 'sha512';

interface ScramLogin {
  readonly hash: ScramHash;
  readonly user: string;
  /** As the mechanism defines it: after `preparedPassword`, or a digest. */
  readonly password: string;
  /** Salted passwords of earlier logins, which take thousands of hashes each. Absent: none are kept. */
  readonly salted?: Map<string, Buffer>;
}

const derive = promisify(pbkdf2);
/**
 * The fewest iterations that a client accepts: a server that asks for fewer could try passwords against the proof, each at the
 * cost of a hash. Source: RFC 7677, 4.
 */
const leastRounds = 4096;
/** Upper limit of SCRAM iterations: a higher count would be a denial of service. */
const mostRounds = 1_000_000;

/** Returns whether a client computes a proof with this number of iterations, as a challenge states it. */
export const isAcceptedRounds = (text: string): boolean =>
  /^[1-9]\d{0,6}$/.test(text) && Number(text) >= leastRounds && Number(text) <= mostRounds;
const keyBytes: Readonly<Record<ScramHash, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** Parses SCRAM attributes ('r=abc,s=def') by letter. */
const attributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

/**
 * Prepares a password as SASLprep does for a valid one: other spaces become a space, invisible characters are removed,
 * and the rest is normalized. The server refuses what SASLprep prohibits. Source: RFC 4013; RFC 3454, B.1 and C.1.2.
 */
export const preparedPassword = (password: string): string =>
  password
    .replaceAll(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu, ' ')
    .replaceAll(/\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu, '')
    .normalize('NFKC');

/**
 * Logs in with SCRAM; `exchange` sends a message and returns the server's. Throws `denied` when the server refuses, or
 * cannot prove that it knows the password. Source: RFC 5802, RFC 7677.
 */
export const scramExchange = async (
  { hash, user, password, salted: kept }: ScramLogin,
  exchange: (message: Buffer) => Promise<Buffer>,
): Promise<void> => {
  const nonce = randomBytes(18).toString('base64');
  const first = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  const challenge = (await exchange(Buffer.from(`n,,${first}`))).toString('utf8');
  const { r = '', s = '', i = '' } = attributes(challenge);
  const rounds = Number(i);
  if (!r.startsWith(nonce) || !isAcceptedRounds(i))
    throw new WireError(
      'malformed',
      'the server sent a SCRAM challenge that opsdeck cannot parse: check the address of the source',
    );
  const mac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const keyOf = `${hash} ${s} ${i}`;
  const salted =
    kept?.get(keyOf) ?? (await derive(password, Buffer.from(s, 'base64'), rounds, keyBytes[hash], hash));
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
    throw new WireError(
      'denied',
      'server signature mismatch: the server does not know the password, so another server may answer at this address',
    );
  kept?.set(keyOf, salted);
};
