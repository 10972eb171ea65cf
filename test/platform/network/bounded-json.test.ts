import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonReader, parseBoundedJson } from '../../../src/platform/network/bounded-json.ts';
import { longTest, rounds } from '../../support/layer.ts';

const asWritten = {
  parse: (text: string): unknown => JSON.parse(text),
  merged: () => {},
  attached: () => {},
};

/** The value of a text that arrives in these parts: parsed part by part, or 'broken'. */
const readParts = (parts: readonly string[], partChars?: number): unknown => {
  const reader = new JsonReader(asWritten, partChars);
  for (const part of parts) reader.take(part);
  const end = reader.end();
  if (end !== undefined) return end === 'broken' ? end : end.value;
  return wholeValue(parts.join(''));
};

const wholeValue = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return 'broken';
  }
};

test.each([
  ['lists in lists', '['.repeat(4_000_000), /nested deeper than 256 levels/],
  ['objects in objects', '{"":'.repeat(1_398_000), /nested deeper than 256 levels/],
  ['many empty objects', `[${'{},'.repeat(2_790_000)}{}]`, /larger than 500000 values/],
  ['many keys', `{${'"k":1,'.repeat(800_000)}"k":1}`, /larger than 100000 members of an object/],
])('%s are refused before they are parsed', (_, text, message) => {
  expect(() => parseBoundedJson(text)).toThrow(message);
});

longTest('a text that arrives in parts is refused at the part that is too much', () => {
  const reader = new JsonReader(asWritten);
  reader.take('  [');
  for (let part = 0; part < 5; part += 1) reader.take('1,'.repeat(90_000));
  expect(() => reader.take('1,'.repeat(80_000))).toThrow(
    'larger than 500000 values, so opsdeck stopped reading',
  );
});

test('what is inside a text counts as one value, wherever the parts divide it', () => {
  const value = { a: `\\"${'[{,'.repeat(300_000)}\\\\`, b: [1] };
  const text = JSON.stringify(value);
  expect(parseBoundedJson(text)).toEqual(value);
  const reader = new JsonReader(asWritten);
  for (const letter of text.slice(0, 2000)) reader.take(letter);
  expect(() => reader.take(`${text.slice(2000)}${'['.repeat(300)}`)).toThrow('nested deeper');
});

test('a text that is not JSON passes', () => {
  const reader = new JsonReader(asWritten);
  reader.take(`metric{a="1"} ${'{,'.repeat(300_000)}`);
  expect(reader.end()).toBeUndefined();
});

/** Divides a text into parts of these lengths, again and again. */
const divided = (text: string, lengths: readonly number[]): readonly string[] => {
  const parts: string[] = [];
  for (let from = 0, turn = 0; from < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    parts.push(text.slice(from, from + length));
    from += length;
  }
  return parts;
};

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const partChars = fc.integer({ min: 1, max: 60 });

longTest('a value that is parsed in parts is that of the whole text', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), lengths, partChars, fc.boolean(), (json, cut, size, isLaidOut) => {
      const inner = isLaidOut ? JSON.stringify(JSON.parse(json), null, 1) : json;
      const text = ` {"a": [${inner} , 1], "__proto__": {"b": [[], {}]}, "a" : [${inner}]}\n`;
      const value = readParts(divided(text, cut), size);
      expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }),
    { numRuns: 400, seed: 7 },
  );
});

test('a text that is not JSON is none when it is parsed in parts either', () => {
  const fragment = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    'true',
    ' ',
    '"',
    '\\',
    '[1,2]',
    '{"b":1}',
    '[],',
    '"a":1,',
    '"c":[',
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 30 }), lengths, partChars, (fragments, cut, size) => {
      const text = `[${fragments.join('')}`;
      expect(readParts(divided(text, cut), size)).toEqual(wholeValue(text));
      const closed = `{"k":[${fragments.join('')}]}`;
      expect(readParts(divided(closed, cut), size)).toEqual(wholeValue(closed));
    }),
    { numRuns: rounds(4000), seed: 7 },
  );
});

longTest('no turn of the parser is long, whatever the size of the text', () => {
  const text = JSON.stringify(
    Array.from({ length: 40_000 }, (_, index) => ({ [`k${index}`]: { status: 'UP', list: [1, 2, 3] } })),
  );
  const reader = new JsonReader(asWritten);
  let longest = 0;
  for (const part of divided(text, [65_536])) {
    const before = process.threadCpuUsage();
    reader.take(part);
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, (used.user + used.system) / 1000);
  }
  expect(reader.end()).toEqual({ value: JSON.parse(text) });
  expect(longest).toBeLessThan(40);
});
