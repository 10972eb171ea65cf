import { expect, test } from 'vitest';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';
import { longTest, sampled } from '../../support/layer.ts';

const secret = 'p@ss/wörd "1"+';
const texts: readonly (readonly [string, string])[] = [
  ['as plain text', `login failed for ${secret}!`],
  ['in a URL', `GET http://h/?key=${encodeURIComponent(secret)}`],
  ['in a form', new URLSearchParams({ key: secret }).toString()],
  ['in base64', `token ${Buffer.from(secret).toString('base64')}`],
  ['in JSON', JSON.stringify({ key: secret })],
];
longTest.each(texts)('a secret %s is masked', (_, text) => {
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

const hard = `Zq<7&x>Kp"w'9/+b`;
const html = (text: string, quote: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", quote);
const jsonInGo = (text: string): string =>
  JSON.stringify(text).replaceAll(/[<>&]/g, (part) => `\\u00${part.charCodeAt(0).toString(16)}`);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = Buffer.from(hard).toString('hex');

test.each([
  ['JSON of Go', jsonInGo(hard)],
  ['JSON of .NET', '"Zq\\u003C7\\u0026x\\u003EKp\\u0022w\\u00279/\\u002Bb"'],
  ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(hard)))],
  ['HTML', html(hard, '&#39;')],
  ['HTML of Python', html(hard, '&#x27;')],
  ['HTML in HTML', html(html(hard, '&apos;'), '')],
  ['a whole URL', encodeURI(hard)],
  ['a URL in a URL', encodeURIComponent(encodeURIComponent(hard))],
  ['a URL in lower case', encodeURIComponent(hard).toLowerCase().replace('zq', 'Zq').replace('kp', 'Kp')],
  ['hex', hex],
  ['hex in capitals', hex.toUpperCase()],
  ['a shell', `'${hard.replaceAll("'", "'\\''")}'`],
  ['a shell with two kinds of quotes', `'${hard.replaceAll("'", `'"'"'`)}'`],
  ['a shell with backslashes', hard.replaceAll(/[^\w]/g, '\\$&')],
  ['SQL', `'${hard.replaceAll("'", "''")}'`],
  ['CSV', `"${hard.replaceAll('"', '""')}"`],
  ['base64 for the Web', Buffer.from(hard).toString('base64url')],
  ['base64 after a name', base64(`u:${hard}`)],
  ['base64 after a longer name', base64(`user:${hard}`)],
  ['base64 of JSON', base64(JSON.stringify({ p: 'x', q: hard }))],
  ['zero-width spaces', hard.split('').join('\u200b')],
  ['a soft hyphen', `Zq<7&\u00adx>Kp"w'9/+b`],
])('a secret in %s is masked', (_, text) => {
  const masker = createSecretMasker();
  masker.add(hard);
  const masked = masker.mask(`begin ${text} end`);
  expect(masked).toMatch(/^begin .*…masked.* end$/);
  expect(masked.replace('…masked', '').length).toBeLessThan(40);
  expect(masked).not.toMatch(/Kp|9\/|4b70/i);
});

test('characters around a secret with invisible characters stay', () => {
  const masker = createSecretMasker();
  masker.add('abcdefgh');
  expect(masker.mask('a\u200bb abcd\u200befgh \u00adx')).toBe('a\u200bb …masked \u00adx');
});

test.each([
  ['before abcd\nefgh after', 'before …masked after'],
  ['abc\r\n    defgh, abcde\\\n\tfgh', '…masked, …masked'],
  ['abcd \nefgh', 'abcd \nefgh'],
  ['one\ntwo', 'one\ntwo'],
])('a secret that line breaks divide is masked: %j', (text, shown) => {
  const masker = createSecretMasker();
  masker.add('abcdefgh');
  masker.add('etwo');
  expect(masker.mask(text)).toBe(shown);
});

test('secrets that overlap in a text leave no part of each other', () => {
  const masker = createSecretMasker();
  masker.add('abcdefgh');
  masker.add('efghijkl');
  expect(masker.mask('key abcdefghijkl.')).toBe('key …masked.');
  expect(masker.mask('efghijklabcdefgh')).toBe('…masked…masked');
});

longTest('a secret is found in a long text, and any number of secrets', () => {
  const masker = createSecretMasker();
  for (let nth = 0; nth < 400; nth++) masker.add(`<secret>&${nth}"${nth * 7919}`);
  const filler = 'order accepted in 12 ms, '.repeat(400);
  expect(masker.mask(filler)).toBe(filler);
  expect(masker.mask(`${filler}${jsonInGo(`<secret>&9"${9 * 7919}`)}${filler}`)).toBe(
    `${filler}"…masked"${filler}`,
  );
});

test.each([
  ['backslashes', '\\'.repeat(40)],
  ['quotes', `'"`.repeat(20)],
  ['blanks', `${' '.repeat(20)}x${' '.repeat(20)}`],
])('a secret of many %s takes no time', (_, many) => {
  const masker = createSecretMasker();
  masker.add(`${many}end`);
  const text = many.repeat(500);
  expect(masker.mask(text)).toBe(text);
  expect(masker.mask(`a ${many}end`)).toBe('a …masked');
});

test('blanks and lone surrogates as a secret neither mask the layout nor fail', () => {
  const masker = createSecretMasker();
  masker.add('      ');
  masker.add('ab\ud800cd');
  expect(masker.mask('a        b')).toBe('a        b');
});

test.each(sampled([20, 2000, 30_000], (lines) => lines <= 2000))(
  'a secret of %i lines is masked as a whole',
  (lines) => {
    const masker = createSecretMasker();
    const file = `{"key":"${'MIIEvg+/<&>\\"\n'.repeat(lines)}"}`;
    masker.add(file);
    const base = Buffer.from(`x${file}`).toString('base64');
    for (const text of [file, JSON.stringify(file), encodeURIComponent(file), jsonInGo(file), base])
      expect(masker.mask(`a ${text} z`).replaceAll('"', '')).toMatch(/^a .{0,4}…masked.{0,4} z$/);
  },
);
