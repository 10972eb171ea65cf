import { expect, test } from 'vitest';
import { parseJson } from '../../src/sources/kit/values/json.ts';

test('a JSON text is parsed, and control sequences are removed', () => {
  expect(parseJson('{"a":["\\u001b[31mred\\u001b[0m"]}')).toEqual({ ok: true, value: { a: ['red'] } });
});

test.each([
  ['', 'empty document'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: invalid JSON at ""b": 2 }"'],
  ['{"a": [1, 2', 'line 1, column 12: the JSON ends too early'],
  [
    '{\n "first": 1234567890,\n "second": nope,\n "third": 3\n}',
    'line 3, column 13: invalid JSON at "nope, "third": 3 }"',
  ],
  ['<html>', 'line 1, column 1: invalid JSON at "<html>"'],
])('%j: the error has its position', (raw, problem) => {
  expect(parseJson(raw)).toEqual({ ok: false, problem });
});

test('the error of a repeated token has no position', () => {
  const row = '{"aaaaaaaaaaaaaaa": nope, "bbbbbbbbbbbbbbb": 1}';
  expect(parseJson(`[${row},\n${row}]`)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('not JSON'),
  });
  expect(parseJson(`[${row},\n${row}]`)).not.toMatchObject({ problem: expect.stringContaining('line') });
});
