import type { Key } from 'ink';
import { functionKeyOf } from './function-keys.ts';

/** One key: a printable character, or a name ('enter', 'ctrl-p', 'shift-tab'). */
export type Stroke = string;

const controlNames: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  ' ': 'space',
};

const strokeOf = (character: string): Stroke => {
  const named = controlNames[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const functionKey = functionKeyOf(code);
  if (functionKey !== undefined) return functionKey;
  if (code > 0 && code <= 26) return `ctrl-${String.fromCodePoint(code + 96)}`;
  return character;
};

const namedKeys: readonly (readonly [keyof Key, Stroke])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

const nameOf = (key: Key): Stroke | undefined => {
  if (key.tab) return key.shift ? 'shift-tab' : 'tab';
  return namedKeys.find(([flag]) => key[flag] === true)?.[1];
};

/**
 * The keys in what Ink gives for one read. Several keys that arrive together come as one text ('jj\r'): each of them is
 * a key. A character behind an escape ('alt-x') is the escape key and then that character: nothing here is bound to
 * alt, and an esc that is followed quickly must not be lost.
 */
export const strokesOf = (input: string, key: Key): readonly Stroke[] => {
  // The desktop's own keys, which only some terminals tell of: nothing here is bound to them.
  if (key.super === true || key.hyper === true) return [];
  const leading = key.meta && !key.escape ? ['esc'] : [];
  const name = nameOf(key);
  if (name === 'esc') return key.meta ? ['esc', 'esc'] : ['esc'];
  if (name !== undefined) return [...leading, name];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`];
  return [...leading, ...[...input].map(strokeOf)];
};
