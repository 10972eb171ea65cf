import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runGuarded } from '../../src/platform/runtime/run-guarded.ts';
import { findPasswords, redactPasswords } from '../../src/sources/kit/values/secrets.ts';

test.each([
  ['postgres://ana:hunter22@db:5432/shop', 'postgres://ana:…@db:5432/shop', ['hunter22']],
  ['postgres://ana:p@ss@db/shop', 'postgres://ana:…@db/shop', ['p@ss']],
  ['redis://:hunter22@cache:6379', 'redis://:…@cache:6379', ['hunter22']],
  ['host=db user=ana password=hunter22 dbname=x', 'host=db user=ana password=… dbname=x', ['hunter22']],
  ["password='it''s me' x", 'password=… x', ["it''s me"]],
  [
    'java -Dspring.datasource.password=hunter22 -jar a',
    'java -Dspring.datasource.password=… -jar a',
    ['hunter22'],
  ],
  ['backup --token abcdef --quiet', 'backup --token … --quiet', ['abcdef']],
  ['backup --token --quiet', 'backup --token --quiet', []],
  ["ALTER ROLE ana PASSWORD 'hunter22'", 'ALTER ROLE ana PASSWORD …', ['hunter22']],
  ['{"client_secret": "hunter22", "a": 1}', '{"client_secret": …, "a": 1}', ['hunter22']],
  ['Server=db;Pwd=hunter22;Database=x', 'Server=db;Pwd=…;Database=x', ['hunter22']],
  ['SELECT 1 FROM users WHERE token = $1', 'SELECT 1 FROM users WHERE token = $1', []],
  ['SELECT password FROM users', 'SELECT password FROM users', []],
  ['https://db:5432/a@b', 'https://db:5432/a@b', []],
  ['GOGC=100', 'GOGC=100', []],
])('%s', (text, shown, secrets) => {
  expect(redactPasswords(text)).toBe(shown);
  expect(findPasswords(text)).toEqual(secrets);
});

test('masked text is unchanged when masked again', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9!#$%^*+=._-]{6,20}$/), (secret) => {
      for (const text of [
        `postgres://ana:x${secret.replaceAll(/[#/?]/g, '')}@db/shop`,
        `password='${secret}' a=1`,
      ]) {
        const shown = redactPasswords(text);
        expect(shown).not.toContain(secret.replaceAll(/[#/?]/g, ''));
        expect(redactPasswords(shown)).toBe(shown);
      }
    }),
  );
});

test.each(['a.', 'a-', '1.', '--a ', "password='", 'token= ', '://a:'])(
  'takes linear time on 60 KB of %j',
  (piece) => {
    const text = piece.repeat(60_000 / piece.length);
    const work = (): void => void [redactPasswords(text), findPasswords(text)];
    expect(runGuarded(work, 2000)).toBe('done');
  },
);
