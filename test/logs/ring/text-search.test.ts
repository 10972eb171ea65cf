import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SearchMemory, searchedText } from '../../../src/logs/ring/text-search.ts';
import { rounds } from '../../support/layer.ts';

const memory = new SearchMemory(64 * 1024);
const allocated = (count: number, from = memory): Buffer => {
  const bytes = from.allocate(count);
  if (bytes === undefined) throw new Error('no room');
  return bytes;
};
const room = allocated(32 * 1024);

/** Positions of all matches, also of overlapping ones. */
const found = (
  text: string,
  ignoreCase: boolean,
  bytes: Uint8Array,
  to = bytes.length,
): readonly number[] => {
  const searched = searchedText(text, ignoreCase);
  if (searched === undefined) throw new Error(`cannot search ${text}`);
  const place = room.subarray(0, bytes.length);
  place.set(bytes);
  const places: number[] = [];
  for (let index = memory.indexOf(place, searched, 0, to); index >= 0; )
    index = memory.indexOf(place, searched, (places[places.push(index) - 1] ?? 0) + 1, to);
  return places;
};

const folded = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)));

const expected = (text: string, ignoreCase: boolean, bytes: Uint8Array): readonly number[] => {
  const [where, what] = ignoreCase
    ? [folded(bytes), folded(Buffer.from(text))]
    : [Buffer.from(bytes), Buffer.from(text)];
  const places: number[] = [];
  for (let index = where.indexOf(what); index >= 0; index = where.indexOf(what, index + 1))
    places.push(index);
  return places;
};

// Characters that differ only in the bit of the case without being letters: @ and `, [ and {, DEL and _.
const near = ['a', 'A', 'b', '@', '`', '[', '{', '_', '\x7f', ' ', '\n', 'é', '注'];
const texts = fc.array(fc.constantFrom(...near), { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
const wheres = fc.array(fc.constantFrom(...near), { maxLength: 300 }).map((all) => Buffer.from(all.join('')));

test('finds what Buffer.indexOf finds', () => {
  fc.assert(
    fc.property(texts, wheres, (text, bytes) => {
      expect(found(text, false, bytes)).toEqual(expected(text, false, bytes));
    }),
    { numRuns: rounds(2000) },
  );
});

test('finds letters in either case, and no other character instead', () => {
  fc.assert(
    fc.property(texts, wheres, (text, bytes) => {
      fc.pre(/^[\x00-\x7f]*$/.test(text));
      expect(found(text, true, bytes)).toEqual(expected(text, true, bytes));
    }),
    { numRuns: rounds(2000) },
  );
});

test.each([1, 2, 15, 16, 17, 63, 64, 65, 255, 256])(
  'a text of %d bytes at every place around vectors',
  (length) => {
    const text = `${'x'.repeat(length - 1)}y`;
    for (let index = 0; index < 140; index++) {
      const bytes = Buffer.from(`${'-'.repeat(index)}${text}`);
      expect(found(text, false, bytes)).toEqual([index]);
      expect(found(text, false, bytes, bytes.length - 1)).toEqual([]);
    }
  },
);

test('ignores what earlier bytes left behind the end', () => {
  expect(found('ab', false, Buffer.from(`${'-'.repeat(30_000)}ab`))).toEqual([30_000]);
  expect(found('ab', false, Buffer.from('-'.repeat(29_999)))).toEqual([]);
  expect(found('ab', false, Buffer.from('a'))).toEqual([]);
  expect(found('b', false, new Uint8Array())).toEqual([]);
});

test('allocates bytes one after the other, and searches each alone', () => {
  const small = new SearchMemory(100_000);
  const first = allocated(50_000, small).fill('ab');
  const second = allocated(50_000, small).fill('c');
  const text = searchedText('bc', false);
  if (text === undefined) throw new Error('cannot search');
  // The text is across both: in neither of them.
  expect(small.indexOf(first, text, 0, first.length)).toBe(-1);
  expect(small.indexOf(second, text, 0, second.length)).toBe(-1);
  expect(small.allocate(50_000)).toBeUndefined();
});

test.each([
  ['empty', '', false],
  ['longer than 256 bytes', 'x'.repeat(257), false],
  ['not well-formed', '\ud800', false],
  ['with a letter whose case is more than one bit', 'café', true],
])('refuses a text that is %s', (_, text, ignoreCase) => {
  expect(searchedText(text, ignoreCase)).toBeUndefined();
});
