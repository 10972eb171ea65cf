import { expect, test } from 'vitest';
import { keyNameProblem } from '../../src/domain/settings.ts';

test.each(['j', 'G', '?', '~', 'é', '0', 'ctrl-x', 'f1', 'f12', 'enter', 'pageup', 'space', 'shift-tab'])(
  '%s is a key',
  (name) => {
    expect(keyNameProblem(name)).toBeUndefined();
  },
);

test.each([
  ['f13', '"f13" is no key; write f1'],
  ['C-x', '"C-x" is no key; write ctrl-x'],
  ['^x', '"^x" is no key; write ctrl-x'],
  ['ctrl+X', '"ctrl+X" is no key; write ctrl-x'],
  ['Return', '"Return" is no key; write enter'],
  ['escape', '"escape" is no key; write esc'],
  ['PageDwn', '"PageDwn" is no key; write pagedown'],
  ['ctrl-m', 'a terminal sends ctrl-m as enter; write enter, or another key'],
  ['ctrl-i', 'a terminal sends ctrl-i as tab; write tab, or another key'],
  ['alt-x', '"alt-x" cannot be told from esc and then the key; write ctrl-x, f5 or a letter'],
  [' ', 'a blank is called space; write space'],
  ['hyperdrive', '"hyperdrive" is no key; write a letter, ctrl-x, f5, or a name as enter, pageup, space'],
] as const)('%j is none', (name, said) => {
  const { what = '', todo = '' } = keyNameProblem(name) ?? {};
  expect(`${what}; ${todo}`).toBe(said);
});
