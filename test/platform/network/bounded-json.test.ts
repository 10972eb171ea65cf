import { expect, test } from 'vitest';
import { createJsonGuard, parseBoundedJson } from '../../../src/platform/network/bounded-json.ts';

test.each([
  ['lists in lists', '['.repeat(4_000_000), /nested deeper than 256 levels/],
  ['objects in objects', '{"":'.repeat(1_398_000), /nested deeper than 256 levels/],
  ['many empty objects', `[${'{},'.repeat(2_790_000)}{}]`, /larger than 400000 values/],
  ['many keys', `{${'"k":1,'.repeat(600_000)}"k":1}`, /larger than 400000 values/],
])('%s are refused before they are parsed', (_, text, message) => {
  expect(() => parseBoundedJson(text)).toThrow(message);
});

test('a text that arrives in parts is refused at the part that is too much', () => {
  const guard = createJsonGuard();
  guard('  [');
  for (let part = 0; part < 4; part += 1) guard('1,'.repeat(90_000));
  expect(() => guard('1,'.repeat(60_000))).toThrow('larger than 400000 values; reading stopped');
});

test('what is inside a text counts as one value, wherever the parts divide it', () => {
  const value = { a: `\\"${'[{,'.repeat(300_000)}\\\\`, b: [1] };
  const text = JSON.stringify(value);
  expect(parseBoundedJson(text)).toEqual(value);
  const guard = createJsonGuard();
  for (const letter of text.slice(0, 2000)) guard(letter);
  expect(() => guard(`${text.slice(2000)}${'['.repeat(300)}`)).toThrow('nested deeper');
});

test('a text that is not JSON passes', () => {
  const guard = createJsonGuard();
  expect(guard(`metric{a="1"} ${'{,'.repeat(300_000)}`)).toBeUndefined();
});
