import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatShellCommand, splitCommandLine } from '../../../src/domain/text/shell-words.ts';
import { rounds } from '../../support/layer.ts';

describe('splitCommandLine', () => {
  test.each([
    ['vi', ['vi']],
    ['  code --wait ', ['code', '--wait']],
    ["'/Applications/My Editor' -n", ['/Applications/My Editor', '-n']],
    ['"a \\"b\\" c" d', ['a "b" c', 'd']],
    ['a\\ b c', ['a b', 'c']],
    ['a\'b\'"c"d', ['abcd']],
    ["x ''", ['x', '']],
    // Nothing is expanded: there is no shell.
    ['$EDITOR `id` *.txt; rm -rf ~', ['$EDITOR', '`id`', '*.txt;', 'rm', '-rf', '~']],
    ['', []],
  ])('%s', (text, words) => expect(splitCommandLine(text)).toEqual(words));

  test.each(["vi 'x", 'vi "x', 'vi \\'])('%s is not a command line', (text) =>
    expect(splitCommandLine(text)).toBeUndefined(),
  );
});

const word = fc.string({
  unit: fc.constantFrom(...'ab \'"\\$`!*;&|<>(){}[]~#=%\n\t-'.split('')),
  minLength: 1,
});

test('a formatted command is split into the same words, here and by a shell', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      expect(splitCommandLine(formatShellCommand(words))).toEqual(words);
    }),
    { numRuns: rounds(300) },
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const line = formatShellCommand(['printf', '%s\\0', ...words]);
      expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(`${words.join('\0')}\0`);
    }),
    { numRuns: rounds(15) },
  );
});
