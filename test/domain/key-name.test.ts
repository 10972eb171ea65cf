import { expect, test } from 'vitest';
import { keyNameProblem } from '../../src/domain/profile/settings.ts';
import { sentenceCase } from '../../src/domain/text/sentence-case.ts';

test.each(['j', 'G', '?', '~', 'é', '0', 'ctrl-x', 'f1', 'f12', 'enter', 'pageup', 'space', 'shift-tab'])(
  'accepts %s',
  (name) => {
    expect(keyNameProblem(name)).toBeUndefined();
  },
);

test.each([
  ['f13', '"f13" is not a key. Write f1'],
  ['C-x', '"C-x" is not a key. Write ctrl-x'],
  ['^x', '"^x" is not a key. Write ctrl-x'],
  ['ctrl+X', '"ctrl+X" is not a key. Write ctrl-x'],
  ['Return', '"Return" is not a key. Write enter'],
  ['escape', '"escape" is not a key. Write esc'],
  ['PageDwn', '"PageDwn" is not a key. Write pagedown'],
  ['ctrl-m', 'terminals send ctrl-m as enter. Write enter, or another key'],
  ['ctrl-i', 'terminals send ctrl-i as tab. Write tab, or another key'],
  ['alt-x', 'terminals cannot tell "alt-x" from esc followed by the key. Write ctrl-x, f5 or a letter'],
  [' ', 'a blank key is called space. Write space'],
  [
    'hyperdrive',
    '"hyperdrive" is not a key. Write a letter, ctrl-x, f5, or a key name such as enter, pageup or space',
  ],
] as const)('rejects %j with a hint', (name, expected) => {
  const { what = '', todo = '' } = keyNameProblem(name) ?? {};
  expect(`${what}. ${sentenceCase(todo)}`).toBe(expected);
});
