import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { WireError } from '../../platform/failures.ts';
import type { KafkaTarget } from './kafka.ts';

type Login = NonNullable<KafkaTarget['sasl']>;
/** Sends a token and gives the one that comes back. */
type Exchange = (token: Buffer) => Promise<Buffer>;

const derive = promisify(pbkdf2);
const hashes = { 'scram-sha-256': 'sha256', 'scram-sha-512': 'sha512' } as const;
/** A server that asks for more rounds than that wants to keep us busy. */
const mostRounds = 1_000_000;

/** Logs in. Throws `denied` when the server cannot prove that it knows the password either. Source: RFC 4616 (PLAIN), RFC 5802 (SCRAM). */
export const logIn = async (login: Login, exchange: Exchange): Promise<void> => {
  const { mechanism, user, password } = login;
  if (mechanism === 'plain') await exchange(Buffer.from(`\0${user}\0${password}`));
  else await scram(hashes[mechanism], user, password, exchange);
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
    throw new WireError('malformed', 'its SCRAM challenge cannot be read');
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
  const found = Buffer.from(v, 'base64');
  if (found.length !== expected.length || !timingSafeEqual(found, expected))
    throw new WireError('denied', 'the server does not know the password: it is not the one that was meant');
};

/** 'r=abc,s=def' by letter. */
const attributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
