import fc from 'fast-check';
import type { LinePattern } from '../../../src/logs/format/filter-chip.ts';

const atoms =
  'a|b|AB|k|-|_| |/|\\.|.|\\d|\\w|\\s|\\D|\\W|\\S|[ab]|[^a]|[a-c]|[\\w.-]|[^\\d]|[\\s\\S]|[^]|\\b|\\B|^|$|\\t|\\x41|ERROR|é|{|}|a{2}|b{1,3}|x{,3}|]|"|`|\\\\|\\/|#|(?<n>a)|(?:b)|[a\\]]|[[a]|[a-]|[-a]|\\-|%|&&|[^\\s]|[.]|[$^]|[^\\n]'
    .split('|')
    .concat('(?:a|)', 's', 'K', '\u212a', 'ß', '[^k]', '[j-t]', '[^K\u212a]');
const pieces = [
  ...[
    'a',
    'b',
    'AB',
    'Ab',
    'k',
    '-',
    '_',
    ' ',
    '/',
    '.',
    '7',
    '42',
    'ERROR',
    'error',
    'é',
    '{',
    '}',
    'xx',
    ']',
    '[',
  ],
  // The Kelvin sign, a long s and a capital ß: characters that some engines fold with others.
  ...['K', 's', '\u212a', 'ſ', 'ß', 'ẞ'],
  ...['"', '`', '\\', '#', '\t', 'x{,3}', '%', '&', '\u00a0', '$', '^'],
];
/** Characters that are removed, or start a new line, before a line is filtered locally. */
const unclean = ['\x1b[31m', '\x1b[0m', '\n', '\r\n'];

const source = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc
      .array(
        fc
          .tuple(
            fc.constantFrom(...atoms),
            fc.constantFrom('', '', '', '', '*', '+', '?', '*?', '{2}', '{0,2}'),
          )
          .map((pair) => pair.join('')),
        { minLength: 1, maxLength: 5 },
      )
      .map((all) => all.join('')),
    fc.tuple(tie('any'), tie('any')).map((pair) => pair.join('|')),
    fc.tuple(tie('any'), fc.constantFrom('', '*', '+', '?')).map(([inside, often]) => `(${inside})${often}`),
  ),
})).any;

const isPattern = (text: string): boolean => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

/** Patterns as users might write them, and worse. */
export const anyPattern: fc.Arbitrary<LinePattern> = fc
  .tuple(source, fc.boolean(), fc.boolean())
  .filter(([text, regex]) => !regex || isPattern(text))
  .map(([text, regex, ignoreCase]) => ({ text, regex, ignoreCase }));

const linesOf = (parts: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...parts), { maxLength: 10 }).map((all) => all.join(''));

/** A line that is the same in Loki and locally. */
export const cleanLine = linesOf(pieces);
/** An entry as it may have been sent: with colors, and several lines. */
export const anyEntry = linesOf([...pieces, ...unclean]);
