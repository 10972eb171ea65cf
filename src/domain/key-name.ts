import { nearest } from './nearest.ts';

const functionKeys = Array.from({ length: 12 }, (_, index) => `f${index + 1}`);

const named: readonly string[] = [
  ...['enter', 'esc', 'tab', 'shift-tab', 'space', 'backspace', 'delete'],
  ...['up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown'],
  ...functionKeys,
];

const otherNames: Readonly<Record<string, string>> = {
  return: 'enter',
  cr: 'enter',
  escape: 'esc',
  spacebar: 'space',
  del: 'delete',
  pgup: 'pageup',
  pgdn: 'pagedown',
  backtab: 'shift-tab',
};

/** Chords that a terminal sends as the same byte as a key of its own (ASCII, C0). */
const sameByte: Readonly<Record<string, string>> = {
  'ctrl-i': 'tab',
  'ctrl-j': 'enter',
  'ctrl-m': 'enter',
  'ctrl-h': 'backspace',
};

/** Why a text names no key, and what to write. */
export interface KeyProblem {
  readonly what: string;
  readonly todo: string;
}

const meant = (text: string): string | undefined => {
  const lower = text.toLowerCase();
  const control = /^(?:ctrl[-+ ]|control[-+ ]|c-|\^)([a-z])$/.exec(lower)?.[1];
  if (control !== undefined) return `ctrl-${control}`;
  return otherNames[lower] ?? nearest(lower, named);
};

/**
 * Undefined when a text names a key as opsdeck writes it: a character, 'ctrl-x', 'f5', 'enter'. Otherwise what is
 * wrong with it.
 */
export const keyProblem = (text: string): KeyProblem | undefined => {
  const same = sameByte[text];
  if (same !== undefined)
    return { what: `a terminal sends ${text} as ${same}`, todo: `write ${same}, or another key` };
  if (/^ctrl-[a-z]$/.test(text) || named.includes(text)) return undefined;
  if (/^\S$/u.test(text) && !/^\p{C}$/u.test(text)) return undefined;
  if (text === ' ') return { what: 'a blank is called space', todo: 'write space' };
  if (/^(alt|meta|m)-/i.test(text))
    return {
      what: `"${text}" cannot be told from esc and then the key`,
      todo: 'write ctrl-x, f5 or a letter',
    };
  const word = meant(text);
  return {
    what: `"${text}" is no key`,
    todo:
      word === undefined ? 'write a letter, ctrl-x, f5, or a name as enter, pageup, space' : `write ${word}`,
  };
};
