import MagicString from 'magic-string';
import { parseSync, Visitor } from 'oxc-parser';

/** Characters outside ASCII, in UTF-16 units: a regular expression with the flag `u` reads two escaped surrogates as one character. */
const wideUnit = /[^\0-\x7f]/g;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Escapes the characters outside ASCII in the regular expressions of a built file; esbuild escapes those of its other texts. Node keeps
 * a source with a single such character in two bytes per character, for as long as the program runs (Node 24: heap snapshot).
 */
export const withOneByteText = (file: string, text: string): string => {
  if (text.search(wideUnit) === -1) return text;
  const { program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const output = new MagicString(text);
  new Visitor({
    Literal: (node) => {
      if (!('regex' in node)) return;
      const written = text.slice(node.start, node.end);
      const narrow = written.replaceAll(wideUnit, escaped);
      if (narrow !== written) output.overwrite(node.start, node.end, narrow);
    },
  }).visit(program);
  return output.toString();
};
