import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

type Hash = 'sha1' | 'sha256';

/** A server's record of a password. Source: RFC 5802. */
export interface ScramCredentials {
  readonly hash: Hash;
  /** In base64. */
  readonly salt: string;
  readonly rounds: string;
  readonly stored: Buffer;
  readonly server: Buffer;
}

const keyBytes: Readonly<Record<Hash, number>> = { sha1: 20, sha256: 32 };

/** Derives the stored credentials from a password. */
export const scramCredentials = (hash: Hash, password: string, rounds = 4096): ScramCredentials => {
  const salt = randomBytes(keyBytes[hash] - 4);
  const salted = pbkdf2Sync(password, salt, rounds, keyBytes[hash], hash);
  const mac = (text: string): Buffer => createHmac(hash, salted).update(text).digest();
  return {
    hash,
    salt: salt.toString('base64'),
    rounds: String(rounds),
    stored: createHash(hash).update(mac('Client Key')).digest(),
    server: mac('Server Key'),
  };
};

const attributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

/** The server of one SCRAM login, which does not know the password. Source: RFC 5802. */
export class ScramServer {
  readonly #credentials: ScramCredentials;
  #first = '';
  #challenge = '';

  constructor(credentials: ScramCredentials) {
    this.#credentials = credentials;
  }

  /** The server-first-message. */
  challenge(message: string): string {
    const { salt, rounds } = this.#credentials;
    this.#first = message.replace(/^[^,]*,[^,]*,/, '');
    const { r = '' } = attributes(this.#first);
    this.#challenge = `r=${r}${randomBytes(18).toString('base64')},s=${salt},i=${rounds}`;
    return this.#challenge;
  }

  /** The server's signature in the final message; undefined for a wrong password. */
  finish(message: string): string | undefined {
    const { hash, stored, server } = this.#credentials;
    const whole = `${this.#first},${this.#challenge},${message.replace(/,p=[^,]*$/, '')}`;
    const mac = (key: Buffer): Buffer => createHmac(hash, key).update(whole).digest();
    const proof = Buffer.from(attributes(message).p ?? '', 'base64');
    const signature = mac(stored);
    const key = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
    if (!createHash(hash).update(key).digest().equals(stored)) return undefined;
    return `v=${mac(server).toString('base64')}`;
  }
}
