import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnonymiser } from '../../../src/domain/mask/anonymise.ts';
import { foldPlaces, foldText } from '../../../src/domain/mask/fold.ts';
import { createKnownNames } from '../../../src/domain/mask/known-names.ts';
import { createMasking } from '../../../src/domain/mask/masking.ts';

const lastCodePoint = 0x10ffff;
const block = 256;

/** Every code point, surrogates on their own included, in blocks. */
function* blocks(): Generator<readonly string[]> {
  for (let from = 0; from <= lastCodePoint; from += block)
    yield Array.from({ length: block }, (_, index) => String.fromCodePoint(from + index));
}

const masking = (...names: readonly string[]) => {
  const made = createMasking();
  made.learnWords({
    names: names.map((text) => ({ text, is: 'host' as const })),
    stays: [],
    listed: [],
    allowed: [],
  });
  return made;
};

test('a known name is found beside every code point of Unicode, at its place', () => {
  const known = createKnownNames();
  known.add('Db-Ada-7', 'host');
  const wrong: string[] = [];
  for (const characters of blocks()) {
    const text = `DB-ada-7 ${characters.map((one) => `${one} db-ADA-7 `).join('')}`;
    const found = known.find(text);
    const isRight = ({ from, to }: { from: number; to: number }) =>
      text.slice(from, to).toLowerCase() === 'db-ada-7';
    if (found.length !== block + 1 || !found.every(isRight))
      wrong.push(characters[0]?.codePointAt(0)?.toString(16) ?? '');
  }
  expect(wrong).toEqual([]);
});

test('a name that holds a letter of any script is found in upper case, lower case and every normal form', () => {
  const wrong: string[] = [];
  for (const characters of blocks())
    for (const one of characters) {
      const [upper, lower] = [one.toUpperCase(), one.toLowerCase()];
      const forms = [upper, lower, one.normalize('NFD'), one.normalize('NFC'), one.normalize('NFKC')];
      const others = forms.filter((form) => form !== one);
      for (const form of new Set(others))
        if (foldText(form) !== foldText(one))
          wrong.push(`${one.codePointAt(0)?.toString(16)}: ${one} ${form}`);
    }
  expect(wrong).toEqual([]);
});

test('places lie on whole characters, in order, and cover the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const folded = foldPlaces(text);
      expect(folded.text).toBe(foldText(text));
      let last = 0;
      for (let at = 0; at < folded.text.length; at++) {
        expect(folded.start(at)).toBeGreaterThanOrEqual(last);
        expect(folded.end(at)).toBeGreaterThan(folded.start(at));
        last = folded.start(at);
      }
      expect(folded.start(folded.text.length)).toBe(text.length);
    }),
    { numRuns: 300 },
  );
});

test('whatever stands around a name, in any case of letters, it is masked', () => {
  const { mask } = masking('İzmir-4', 'straße-9', 'team-🚀-1');
  const around = fc.string({ unit: 'grapheme', maxLength: 12 });
  const name = fc.constantFrom('İzmir-4', 'izmir-4', 'IZMIR-4', 'STRASSE-9', 'straße-9', 'TEAM-🚀-1');
  fc.assert(
    fc.property(around, name, around, (before, one, after) => {
      expect(mask(`${before} ${one} ${after}`)).not.toContain(one);
    }),
    { numRuns: 500 },
  );
});

describe('one name in several forms of writing has one alias', () => {
  test.each([
    ['node-a1 İ', 'host-1 İ'],
    ['İ NODE-A1 ß node-a1', 'İ host-1 ß host-1'],
    ['ｎｏｄｅ-a1', 'host-1'],
    ['no\u00adde-a1', 'host-1'],
    ['node\u200b-a1', 'host-1'],
    ['STRASSE-2 straße-2', 'host-2 host-2'],
    ['iıstanbul-1', 'iıstanbul-1'],
    ['istanbul-1, ISTANBUL-1, ıstanbul-1, İSTANBUL-1', 'host-3, host-3, host-3, host-3'],
    ['caf\u00e9-5 cafe\u0301-5', 'host-4 host-4'],
    ['ΟΔΟΣ-6 οδος-6', 'host-5 host-5'],
    ['🦉-owl-8', 'host-6'],
  ])('%s', (text, masked) => {
    const names = ['node-a1', 'straße-2', 'İstanbul-1', 'café-5', 'οδος-6', '🦉-owl-8'];
    expect(masking(...names).mask(text)).toBe(masked);
  });

  test('in an anonymised export, too', () => {
    const anonymise = createAnonymiser({ names: [{ text: 'istanbul-1', is: 'host' }], keep: ['straße'] });
    expect(anonymise('İSTANBUL-1 and istanbul-1 İ')).toBe('host-1 and host-1 İ');
  });
});
