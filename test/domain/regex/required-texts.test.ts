import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRegex } from '../../../src/domain/regex/parse.ts';
import { requiredTexts } from '../../../src/domain/regex/required-texts.ts';
import { longTest, rounds } from '../../support/layer.ts';

const textsOf = (source: string, flags = ''): readonly string[] | undefined => {
  const tree = parseRegex(source, flags);
  if (tree === undefined) throw new Error(`cannot parse ${source}`);
  return requiredTexts(tree);
};

test.each([
  ['timeout', ['timeout']],
  ['timeout|refused|no .*Exception', ['timeout', 'refused', 'Exception']],
  ['ERROR.*time.?out', ['ERROR']],
  ['(?:db|mq)-pool (?:full|empty)', ['-pool ']],
  ['x(?:abc|def)y', ['abc', 'def']],
  ['(abc)+', ['abc']],
  ['^ab\\.c$', ['ab.c']],
  ['ab(?=zzz)', ['ab']],
  ['(?:ab|ab)', ['ab']],
  // Not required, too short, or not a single text.
  ['(abc)?', undefined],
  ['(abc)*x', undefined],
  ['abc|.', undefined],
  ['a.b', undefined],
  ['[ab][cd]', undefined],
  ['\\d\\d', undefined],
  ['(?!abc)', undefined],
  ['(?i:abc)', undefined],
  ['aa|bb|cc|dd|ee|ff|gg', undefined],
])('%s requires %j', (source, texts) => expect(textsOf(source)).toEqual(texts));

test('a letter that other letters equal with the flags i and u is not required', () => {
  expect(textsOf('skip', 'iu')).toBeUndefined();
  expect(textsOf('skip', 'i')).toEqual(['skip']);
});

const atom = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'k') },
  { weight: 1, arbitrary: fc.constantFrom('K', '.', '\\d', '[ab]', '\\b', '^', '$', '\\x61', 'é', '\\.') },
);
/** Folds only the letters of ASCII: U+212A is no k. */
const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const expression = fc.letrec<{ choice: string; part: string }>((tie) => ({
  choice: fc
    .array(
      fc.array(tie('part'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('|')),
  part: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc
      .tuple(
        fc.constantFrom('a', 'b', '[ab]', '(?:ab)'),
        fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '+?'),
      )
      .map(([text, count]) => `${text}${count}`),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?=', '(?!', '(?i:'), tie('choice'), fc.constantFrom('', '?', '*'))
      .map(([opening, of, count]) => `${opening}${of})${/[=!]$/.test(opening) ? '' : count}`),
  ),
})).choice;

longTest('every match contains one of the texts', () => {
  let judged = 0;
  fc.assert(
    fc.property(
      expression,
      fc.constantFrom('', 'i'),
      fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'abab', 'k', 'A', 'B', 'K', '.', '1', 'é', '\u212a'), {
        minLength: 6,
        maxLength: 40,
      }),
      (source, flags, parts) => {
        const tree = parseRegex(source, flags);
        const texts = tree && requiredTexts(tree);
        const line = parts.join('');
        if (texts === undefined || !new RegExp(source, flags).test(line)) return;
        judged++;
        const searched = flags === 'i' ? folded(line) : line;
        const isFound = texts.some((text) => searched.includes(flags === 'i' ? folded(text) : text));
        expect(isFound, `${source} matches ${line} without ${texts.join(' or ')}`).toBe(true);
      },
    ),
    { numRuns: rounds(8000) },
  );
  expect(judged).toBeGreaterThan(rounds(100) / 2);
});
