import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnonymizer } from '../../src/domain/mask/anonymize.ts';
import { foldCase, foldWithOffsets } from '../../src/domain/mask/case-folding.ts';
import { createMaskSession } from '../../src/domain/mask/mask-session.ts';
import { createNameTrie } from '../../src/domain/mask/name-trie.ts';
import { codePoint } from '../support/code-points.ts';
import { factor, family } from './support/attack.ts';

const lastCodePoint = 0x10ffff;
const block = 256;
const blocks = Math.ceil((lastCodePoint + 1) / block);

/** All code points of a block, including lone surrogates. */
const charactersOf = (nth: number): readonly string[] =>
  Array.from({ length: block }, (_, index) => String.fromCodePoint(nth * block + index));

/** The planes with all letters that have several forms (Unicode 17), or all of Unicode for a full run. */
const lettersUpTo = 0x20000 / block;
const everyBlock = Array.from({ length: factor >= 10 ? blocks : lettersUpTo }, (_, nth) => nth);
/** Those with a letter that has another case: in `npm test` the others are not looked through. */
const hasCase = (nth: number): boolean =>
  charactersOf(nth).some((letter) => letter.toLowerCase() !== letter || letter.toUpperCase() !== letter);
const letterBlocks = everyBlock.filter((nth) => factor >= 1 || hasCase(nth));
const anyBlock = fc.nat({ max: blocks - 1 });

const masking = (...names: readonly string[]) => {
  const made = createMaskSession();
  made.learnWords({
    names: names.map((text) => ({ text, is: 'host' as const })),
    stays: [],
    listed: [],
    allowed: [],
  });
  return made;
};

type Find = (text: string, name: string) => readonly { readonly from: number; readonly to: number }[];

const knownBy = new Map<string, ReturnType<typeof createNameTrie>>();
const knownNames: Find = (text, name) => {
  let known = knownBy.get(name);
  if (known === undefined) {
    known = createNameTrie();
    known.add(name, 'host');
    knownBy.set(name, known);
  }
  return known.find(text);
};

/** The naive way: its positions are wrong once a letter has a longer lower-case form. */
const bySmallLetters: Find = (text, name) => {
  const small = text.toLowerCase();
  const expected = name.toLowerCase();
  const matches: { from: number; to: number }[] = [];
  for (let from = small.indexOf(expected); from >= 0; from = small.indexOf(expected, from + 1))
    matches.push({ from, to: from + expected.length });
  return matches;
};

const names = ['İzmir-4', 'straße-9', 'team-🚀-1'];
const around = fc.string({ unit: 'grapheme', maxLength: 12 });

family('Unicode case', ({ attack }) => {
  attack('finds a known name next to any code point, at its position', {
    rounds: 100,
    corpus: letterBlocks,
    inputs: anyBlock,
    defense: knownNames,
    sabotaged: bySmallLetters,
    holds: (nth, find) => {
      const text = `DB-ada-7 ${charactersOf(nth)
        .map((character) => `${character} db-ADA-7 `)
        .join('')}`;
      const matches = find(text, 'Db-Ada-7');
      expect(matches).toHaveLength(block + 1);
      if (!matches.every(({ from, to }) => text.slice(from, to).toLowerCase() === 'db-ada-7'))
        throw new Error(
          `a wrong position is matched after U+${(nth * block).toString(16)} and the following`,
        );
      return block;
    },
  });

  attack('finds a name with a letter of any script in upper case, lower case and all normalization forms', {
    rounds: 300,
    corpus: letterBlocks,
    inputs: anyBlock,
    defense: foldCase,
    sabotaged: (text: string) => text.toLowerCase(),
    holds: (nth, fold) => {
      for (const character of charactersOf(nth)) {
        const forms = [
          character.toUpperCase(),
          character.toLowerCase(),
          ...['NFD', 'NFC', 'NFKC'].map((form) => character.normalize(form)),
        ];
        for (const form of new Set(forms))
          if (fold(form) !== fold(character))
            throw new Error(`${character.codePointAt(0)?.toString(16)}: ${character} ${form}`);
      }
      return block;
    },
  });

  attack('positions are on character boundaries, in order, and cover the text', {
    rounds: 300,
    corpus: ['İ', 'ß', 'ﬃ', 'e\u0301'],
    inputs: fc.string({ unit: codePoint, maxLength: 40 }),
    defense: foldWithOffsets,
    sabotaged: (text: string): ReturnType<typeof foldWithOffsets> => ({
      ...foldWithOffsets(text),
      start: (position) => position,
      end: (position) => position + 1,
    }),
    holds: (text, places) => {
      const folded = places(text);
      expect(folded.text).toBe(foldCase(text));
      let last = 0;
      for (let index = 0; index < folded.text.length; index++) {
        expect(folded.start(index)).toBeGreaterThanOrEqual(last);
        expect(folded.end(index)).toBeGreaterThan(folded.start(index));
        last = folded.start(index);
      }
      expect(folded.start(folded.text.length)).toBe(text.length);
    },
  });

  attack('masks a name in any case and any context', {
    rounds: 500,
    inputs: fc.tuple(
      around,
      fc.constantFrom('İzmir-4', 'izmir-4', 'IZMIR-4', 'STRASSE-9', 'straße-9', 'TEAM-🚀-1'),
      around,
    ),
    defense: masking(...names).mask,
    sabotaged: (text: string) => names.reduce((rest, name) => rest.replaceAll(name, 'host-1'), text),
    holds: ([before, text, after], mask) => {
      expect(mask(`${before} ${text} ${after}`)).not.toContain(text);
    },
  });

  attack('invisible characters do not hide a name', {
    rounds: 300,
    inputs: fc.tuple(
      fc.constantFrom('\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u202e'),
      fc.integer({ min: 1, max: 6 }),
      around,
    ),
    defense: masking('node-a1').mask,
    sabotaged: (text: string) => text.replaceAll('node-a1', 'host-1'),
    holds: ([hidden, index, before], mask) => {
      const masked = mask(`${before} ${'node-a1'.slice(0, index)}${hidden}${'node-a1'.slice(index)}`);
      expect(masked.replaceAll(hidden, '')).not.toContain('node-a1');
    },
  });
});

describe('one name in several spellings has one alias', () => {
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

  test('in an anonymized export, too', () => {
    const anonymise = createAnonymizer({ names: [{ text: 'istanbul-1', is: 'host' }], keep: ['straße'] });
    expect(anonymise('İSTANBUL-1 and istanbul-1 İ')).toBe('host-1 and host-1 İ');
  });
});
