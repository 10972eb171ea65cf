import { expect, test } from 'vitest';
import { patternWords } from '../../../src/domain/text/pattern-words.ts';

test.each([
  ['.{3,200}', '3 to 200 characters'],
  ['.{8,}', 'at least 8 characters'],
  ['.{1,60}', 'at most 60 characters'],
  ['.+', 'any text'],
  ['[^\\x00-\\x1f]{1,500}', 'one line, at most 500 characters'],
  ['[a-z]+', 'lowercase letters'],
  ['[0-9a-f]{7,40}', '7 to 40 characters: a to f, digits'],
  ['[0-9a-f]{64}', '64 characters: a to f, digits'],
  ['[\\w.-]{1,60}', 'at most 60 characters: letters, digits, _, ., -'],
  ['[0-9][0-9A-Za-z.+-]*', 'letters, digits, ., +, -. The first one: digits'],
  ['[1-9][0-9]*(kB|MB|GB)', 'a whole number with kB, MB or GB'],
  ['closed|half-open', 'closed or half-open'],
  ['\\w[\\w.-]*\\.hprof', 'text in the format of this parameter'],
])('%s: %s', (pattern, words) => expect(patternWords(pattern)).toBe(words));

test('a pattern without a short description is told by an example', () =>
  expect(patternWords('\\w[\\w.-]*\\.hprof', 'opsdeck.hprof')).toBe('text like opsdeck.hprof'));
