import { openReadFiles } from '../../platform/files/read-files.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { preparedPassword, scramExchange } from '../scram.ts';
import type { KafkaLogin, KafkaTokenLogin } from './kafka-types.ts';

/** Sends a SASL token and returns the server's. */
type Exchange = (token: Buffer) => Promise<Buffer>;

const hashes = { 'scram-sha-256': 'sha256', 'scram-sha-512': 'sha512' } as const;

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
  else await scramExchange({ hash: hashes[mechanism], user, password: preparedPassword(password) }, exchange);
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
      'OAUTHBEARER login: the token is empty or malformed',
      remedyOf(login),
    );
  secretMasker.add(token);
  const extensions = Object.entries(login.extensions ?? {}).map(([name, value]) => `${name}=${value}\x01`);
  const refusal = await exchange(Buffer.from(`n,,\x01auth=Bearer ${token}\x01${extensions.join('')}\x01`));
  if (refusal.length === 0) return;
  const why = `OAUTHBEARER login: the broker rejected the token${statusIn(refusal)}${expiryText(token)}`;
  // The broker ends the exchange with a generic error.
  await exchange(Buffer.from([1])).catch((error: unknown) => {
    if (!(error instanceof WireError) || error.kind !== 'denied') throw error;
  });
  throw new RemediedError('denied', why, remedyOf(login));
};

const remedyOf = ({ tokenFile }: KafkaTokenLogin): string =>
  tokenFile === undefined
    ? 'renew the token in sasl: { token }, or set sasl: { tokenFile } to a file that is renewed'
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
    ? `: the expiry is ${new Date(end * 1000).toISOString()}`
    : '';
};
