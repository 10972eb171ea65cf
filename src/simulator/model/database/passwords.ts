import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { Millis } from '../../../domain/fault.ts';

const keyBytes = 32;

/** Whether a password is the one of a SCRAM verifier. Source: RFC 5802; PostgreSQL, scram_build_secret. */
const isOf = (password: string, verifier: string): boolean => {
  const [, rounds = '', salt = '', stored = ''] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), keyBytes, 'sha256');
  const key = createHmac('sha256', salted).update('Client Key').digest();
  return createHash('sha256').update(key).digest('base64') === stored;
};

/** The passwords of roles: the same for all at first, and a verifier of each that was changed. */
export class Passwords {
  readonly #first: string;
  readonly #verifiers = new Map<string, { readonly verifier: string; readonly since: Millis }>();
  /** By verifier and password: working one out takes ms. */
  readonly #known = new Map<string, boolean>();

  constructor(first: string) {
    this.#first = first;
  }

  /** What is kept of a password that was changed; undefined: it is the first one. */
  verifier(role: string): string | undefined {
    return this.#verifiers.get(role)?.verifier;
  }

  change(role: string, verifier: string, now: Millis): void {
    this.#verifiers.set(role, { verifier, since: now });
  }

  /** When the present one was set; absent: it always was. */
  since(role: string): Millis | undefined {
    return this.#verifiers.get(role)?.since;
  }

  isRight(role: string, password: string): boolean {
    const verifier = this.verifier(role);
    if (verifier === undefined) return password === this.#first;
    const key = `${verifier} ${password}`;
    const known = this.#known.get(key) ?? isOf(password, verifier);
    this.#known.set(key, known);
    return known;
  }

  heal(): void {
    this.#verifiers.clear();
    this.#known.clear();
  }
}
