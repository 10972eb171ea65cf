import { expect, test } from 'vitest';
import { commandWords } from '../../../src/domain/text/command-words.ts';
import { longTest } from '../../support/layer.ts';

test.each(['./run.sh', '--file=../x', 'a,b', 'https://h/x?a=1', ''])(
  'a plain word is one word: %s',
  (word) => {
    expect(commandWords(word)).toEqual([]);
  },
);

test.each([
  ['./a x', ['./a', 'x']],
  ['a;b&c|d(e)f<g>h', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
  ['X=./a ./b --c=./d', ['X', './a', './b', '--c', './d']],
  ['./a"b".sh', ['./a', 'b', '.sh', './ab.sh']],
  ['./a\\b', ['./a', 'b', './ab']],
  ['cd a;x;cd b;./y', ['cd', 'a', 'x', 'b', './y', 'a/./y', 'b/./y']],
  ['cd lib && ./a', ['cd', 'lib', './a', 'lib/./a']],
])('the words of %s', (text, words) => {
  expect(commandWords(text)).toEqual(words);
});

// Work that grew with the square of the length would take hours.
longTest('a long text takes linear time', () => {
  const text = "cd a'b\\c;d ".repeat(100_000);
  expect(commandWords(text).length).toBeLessThan(100);
});
