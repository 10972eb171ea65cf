import type { Key } from 'ink';

/** More characters than this in one read are not single key presses: no confirmation among them counts, and no name is typed by them. */
export const maxTypedAtOnce = 3;

/** True if a key is a named key or a chord, which is never text. */
export const isCommandKey = (key: string): boolean =>
  key.startsWith('ctrl-') || (key.length > 1 && /^[a-z][a-z\d-]*$/.test(key));

/** Applies an editing key; undefined if the key does not edit. */
export const applyEditingKey = (text: string, key: string): string | undefined => {
  if (key === 'backspace' || key === 'delete') return [...text].slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S+\s*$/, '');
  if (key === 'space') return `${text} `;
  return isCommandKey(key) ? undefined : text + key;
};

/** The first line of a paste. */
export const firstPastedLine = (text: string): string => text.trim().split(/[\r\n]/)[0] ?? '';

/**
 * Ink does not distinguish f1 to f12 (useInput gets an empty text for each). They are encoded as characters of
 * Unicode's private use area, following AppKit (NSF1FunctionKey, U+F704 and up), which Ink passes through.
 */
const first = 0xf704;
const count = 12;

/** xterm's and vt220's forms: ESC O P to S; ESC [ 11 ~ to 24 ~ with two gaps; the Linux console's ESC [ [ A to E. */
const numbers = ['11', '12', '13', '14', '15', '17', '18', '19', '20', '21', '23', '24'];
const sequences = /\u001b(?:O([PQRS])|\[\[([A-E])|\[(1[1-57-9]|2[0134])~)/g;

const characterOf = (index: number): string => String.fromCodePoint(first + index);

/** Replaces function key sequences with their characters. */
export const encodeFunctionKeys = (text: string): string =>
  text.replaceAll(sequences, (_, ss3?: string, linux?: string, number?: string) => {
    if (ss3 !== undefined) return characterOf('PQRS'.indexOf(ss3));
    if (linux !== undefined) return characterOf('ABCDE'.indexOf(linux));
    return characterOf(numbers.indexOf(number ?? ''));
  });

/** The name of a function key character; undefined for other characters. */
export const functionKeyName = (code: number): string | undefined =>
  code >= first && code < first + count ? `f${code - first + 1}` : undefined;

/** Wraps `read` of stdin to encode function keys. Ink reads only with `read`. */
export const decodeFunctionKeys = (stdin: NodeJS.ReadStream): NodeJS.ReadStream => {
  const read = stdin.read.bind(stdin);
  return Object.assign(stdin, {
    read: (size?: number): unknown => {
      const chunk: unknown = read(size);
      return typeof chunk === 'string' ? encodeFunctionKeys(chunk) : chunk;
    },
  });
};

/** One key: a printable character, or a name such as 'enter', 'ctrl-p' or 'shift-tab'. */
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
 * Parses the keys of one read by Ink. Several keys may arrive as one text ('jj\r'). An escape before a character
 * ('alt-x') is the escape key followed by that character, because nothing is bound to alt and a quick esc must not be
 * lost.
 */
export const parseStrokes = (input: string, key: Key): readonly Stroke[] => {
  // Super and hyper keys, which only some terminals report, are not bound.
  if (key.super === true || key.hyper === true) return [];
  const leading = key.meta && !key.escape ? ['esc'] : [];
  const name = nameOf(key);
  if (name === 'esc') return key.meta ? ['esc', 'esc'] : ['esc'];
  if (name !== undefined) return [...leading, name];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`];
  return [...leading, ...[...input].map(strokeOf)];
};
