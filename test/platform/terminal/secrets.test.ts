import { expect, test } from 'vitest';
import { createSecretMasker } from '../../../src/platform/terminal/secrets.ts';

const secret = 'p@ss/wörd "1"+';
const texts: readonly (readonly [string, string])[] = [
  ['as plain text', `login failed for ${secret}!`],
  ['in a URL', `GET http://h/?key=${encodeURIComponent(secret)}`],
  ['in a form', new URLSearchParams({ key: secret }).toString()],
  ['in base64', `token ${Buffer.from(secret).toString('base64')}`],
  ['in JSON', JSON.stringify({ key: secret })],
];
test.each(texts)('a secret %s is masked', (_, text) => {
  const masker = createSecretMasker();
  masker.add(secret);
  const masked = masker.mask(text);
  expect(masked).toContain('…masked');
  expect(masked).not.toContain('rd');
});

test('two overlapping secrets are masked completely', () => {
  const masker = createSecretMasker();
  masker.add('abcd');
  masker.add('abcdefgh');
  expect(masker.mask('key abcdefgh')).toBe('key …masked');
});

test('a secret of fewer than four characters is not masked: it would mask ordinary words', () => {
  const masker = createSecretMasker();
  masker.add('the');
  expect(masker.mask('the service')).toBe('the service');
});
