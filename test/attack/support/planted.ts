import fc from 'fast-check';
import { seed } from './attack.ts';

/** In the profile: resolved secrets are known literally. */
export const known = 'kNowN/9+q!TAG0TAG';

/** Each value has a unique tag, which occurs in no other text and no mask. */
export const tag = (nth: number): string => `TAG${nth}TAG`;

const secretKeys = [
  'password',
  'dbPassword',
  'db.password',
  'api_key',
  'apiKey',
  'client-secret',
  'access_token',
];
const moreSecretKeys = [
  'accessToken',
  'session_id',
  'authorization',
  'Set-Cookie',
  'passphrase',
  'X-Auth-Token',
];
const nameKeys = [
  'user',
  'userId',
  'user_name',
  'customer',
  'customer_id',
  'account',
  'login',
  'username',
  'actor',
];

/** A tagged value in a log line. */
export interface Planted {
  /** The log line. */
  readonly line: string;
  readonly tag: string;
  /** A secret must be in no output; a name in no shared or anonymized output. */
  readonly is: 'secret' | 'name';
}

const forms = ['json', 'nested', 'inner', 'logfmt'] as const;

const lineOf = (form: (typeof forms)[number], key: string, value: string): string => {
  const head = { time: '2026-03-04T10:00:00Z', level: 'info', msg: 'went through' };
  if (form === 'json') return JSON.stringify({ ...head, [key]: value });
  if (form === 'nested') return JSON.stringify({ ...head, request: { [key]: value } });
  if (form === 'inner') return JSON.stringify({ ...head, body: JSON.stringify({ [key]: value }) });
  return `time=2026-03-04T10:00:00Z level=info msg="went through" ${key}="${value}"`;
};

const byField = fc.record({
  form: fc.constantFrom(...forms),
  key: fc.oneof(
    fc.record({ is: fc.constant('secret' as const), key: fc.constantFrom(...secretKeys, ...moreSecretKeys) }),
    fc.record({ is: fc.constant('name' as const), key: fc.constantFrom(...nameKeys) }),
  ),
});

/** Lines in which the format of a value identifies it as a secret. */
export const byForm: readonly ((tag: string) => Omit<Planted, 'tag'>)[] = [
  (t) => ({ is: 'secret', line: `10:00 INFO token eyJhbGciOiJIUzI1NiJ9.eyJz${t}.${t}sig end` }),
  (t) => ({ is: 'secret', line: `10:00 INFO GET https://zoe:${t}pw@db.acme.net/x` }),
  (t) => ({ is: 'secret', line: `10:00 INFO Authorization: Bearer ${t}9abcdef` }),
  (t) => ({ is: 'secret', line: `10:00 INFO login with password=${t} failed İ` }),
  (t) => ({ is: 'name', line: `10:00 INFO mail of ${t}@acme.net İ` }),
  (t) => ({ is: 'name', line: `10:00 INFO host ${t}-7.db.acme.net refused` }),
  (t) => ({ is: 'name', line: `10:00 INFO customer_id=${t} has paid` }),
  (t) => ({ is: 'name', line: JSON.stringify({ msg: 'cart', fields: { [`${t}@acme.net`]: 'seen' } }) }),
];

/** Deterministic for a seed. */
export const planted = (of = seed): readonly Planted[] => {
  const fields = fc.sample(byField, { numRuns: 160, seed: of }).map(({ form, key: { is, key } }, index) => ({
    is,
    tag: tag(index + 1),
    line: lineOf(form, key, `${tag(index + 1)} x1`.replace(' ', is === 'name' ? '-' : ' ')),
  }));
  const texts = byForm.map((make, index) => ({ ...make(tag(index + 1000)), tag: tag(index + 1000) }));
  return [...fields, ...texts];
};

/** The tags in an output, each with its line, to locate a failure. */
export const leaked = (output: string, all: readonly Planted[]): readonly string[] =>
  all.filter((other) => output.includes(other.tag)).map(({ line }) => line);
