import { expect, test } from 'vitest';
import { encodeFunctionKeys, functionKeyName } from '../../../src/ui/shell/keys/strokes.ts';

const named = (text: string): readonly string[] =>
  [...encodeFunctionKeys(text)].map(
    (character) => functionKeyName(character.codePointAt(0) ?? 0) ?? character,
  );

test.each([
  ['\u001bOP', ['f1']],
  ['\u001bOS', ['f4']],
  ['\u001b[[A', ['f1']],
  ['\u001b[[E', ['f5']],
  ['\u001b[11~', ['f1']],
  ['\u001b[15~', ['f5']],
  ['\u001b[17~', ['f6']],
  ['\u001b[21~', ['f10']],
  ['\u001b[24~', ['f12']],
  ['a\u001b[15~b', ['a', 'f5', 'b']],
  ['\u001b[16~', ['\u001b', '[', '1', '6', '~']],
  ['\u001b[A', ['\u001b', '[', 'A']],
  ['\u001b[5~', ['\u001b', '[', '5', '~']],
])('parses %j as %j', (sent, keys) => {
  expect(named(sent)).toEqual(keys);
});
