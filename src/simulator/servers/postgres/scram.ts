import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Refusal } from './messages.ts';

const attributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

/** A login by a verifier, of which the server knows no password. Source: RFC 5802; PostgreSQL docs, SASL Authentication. */
export class Scram {
  readonly #user: string;
  readonly #salt: string;
  readonly #rounds: string;
  readonly #stored: Buffer;
  readonly #server: Buffer;
  #first = '';
  #challenge = '';

  constructor(user: string, verifier: string) {
    const [, rounds = '', salt = '', stored = '', server = ''] =
      /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
    this.#user = user;
    this.#salt = salt;
    this.#rounds = rounds;
    this.#stored = Buffer.from(stored, 'base64');
    this.#server = Buffer.from(server, 'base64');
  }

  /** What is answered to the client's first message. */
  challenge(message: string): string {
    this.#first = message.replace(/^[^,]*,[^,]*,/, '');
    const { r = '' } = attributes(this.#first);
    this.#challenge = `r=${r}${randomBytes(18).toString('base64')},s=${this.#salt},i=${this.#rounds}`;
    return this.#challenge;
  }

  /** What proves to the client that we know it, too. Throws Refusal for a client that does not know the password. */
  finish(message: string): string {
    const whole = `${this.#first},${this.#challenge},${message.replace(/,p=[^,]*$/, '')}`;
    const mac = (key: Buffer): Buffer => createHmac('sha256', key).update(whole).digest();
    const proof = Buffer.from(attributes(message).p ?? '', 'base64');
    const signature = mac(this.#stored);
    const key = Buffer.from(proof.map((byte, at) => byte ^ (signature[at] ?? 0)));
    if (!createHash('sha256').update(key).digest().equals(this.#stored))
      throw new Refusal('28P01', `password authentication failed for user "${this.#user}"`, 'FATAL');
    return `v=${mac(this.#server).toString('base64')}`;
  }
}
