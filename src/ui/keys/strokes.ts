import type { Key } from 'ink';

/** More than so many letters in one read were not typed, whatever the terminal says. */
export const maxTypedAtOnce = 3;

/** Named keys and chords, which are never text. */
export const isCommandKey = (key: string): boolean =>
  key.startsWith('ctrl-') || (key.length > 1 && /^[a-z][a-z\d-]*$/.test(key));

/** The text after an editing key; undefined when the key does not edit. */
export const applyEditingKey = (text: string, key: string): string | undefined => {
  if (key === 'backspace' || key === 'delete') return [...text].slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S+\s*$/, '');
  if (key === 'space') return `${text} `;
  return isCommandKey(key) ? undefined : text + key;
};

/** Of a paste, its first line. */
export const firstPastedLine = (text: string): string => text.trim().split(/[\r\n]/)[0] ?? '';

/**
 * Ink knows f1 to f12 and tells none of them from another (useInput gives an empty text for each). They are turned
 * into the characters that Unicode's private use area has for them by AppKit's convention (NSF1FunctionKey, U+F704,
 * and on), which Ink hands on as they are.
 */
const first = 0xf704;
const count = 12;

/** xterm's and vt220's forms: ESC O P to S; ESC [ 11 ~ to 24 ~ with two gaps; the Linux console's ESC [ [ A to E. */
const numbers = ['11', '12', '13', '14', '15', '17', '18', '19', '20', '21', '23', '24'];
const sequences = /\u001b(?:O([PQRS])|\[\[([A-E])|\[(1[1-57-9]|2[0134])~)/g;

const characterOf = (index: number): string => String.fromCodePoint(first + index);

/** What a terminal sent, each function key as one character. */
export const encodeFunctionKeys = (text: string): string =>
  text.replaceAll(sequences, (_, ss3?: string, linux?: string, number?: string) => {
    if (ss3 !== undefined) return characterOf('PQRS'.indexOf(ss3));
    if (linux !== undefined) return characterOf('ABCDE'.indexOf(linux));
    return characterOf(numbers.indexOf(number ?? ''));
  });

/** 'f5' for the character of the fifth; undefined for any other. */
export const functionKeyName = (code: number): string | undefined =>
  code >= first && code < first + count ? `f${code - first + 1}` : undefined;

/** The same input, with a `read` that turns function keys into their characters. Ink reads by `read` alone. */
export const decodeFunctionKeys = (stdin: NodeJS.ReadStream): NodeJS.ReadStream => {
  const read = stdin.read.bind(stdin);
  return Object.assign(stdin, {
    read: (size?: number): unknown => {
      const chunk: unknown = read(size);
      return typeof chunk === 'string' ? encodeFunctionKeys(chunk) : chunk;
    },
  });
};

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
  const functionKey = functionKeyName(code);
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
export const parseStrokes = (input: string, key: Key): readonly Stroke[] => {
  // The desktop's own keys, which only some terminals tell of: nothing here is bound to them.
  if (key.super === true || key.hyper === true) return [];
  const leading = key.meta && !key.escape ? ['esc'] : [];
  const name = nameOf(key);
  if (name === 'esc') return key.meta ? ['esc', 'esc'] : ['esc'];
  if (name !== undefined) return [...leading, name];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`];
  return [...leading, ...[...input].map(strokeOf)];
};
