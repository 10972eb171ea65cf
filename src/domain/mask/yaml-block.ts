import { isSecretText } from './assignment-value.ts';
import type { SensitiveSpan } from './recognizers.ts';

/** A key of a map, or the dash of a list, at the start of a line: what follows it is the value. */
const entry = /^(?:-[ \t]+)*(?:["']?([A-Za-z_][\w.-]{0,63})["']?:(?=[ \t]|$)[ \t]*)?/;
/** Keys of what leads to a secret, or describes one. */
const aboutSecret =
  /(?:^|[-_.a-z])(?:name|file|path|dir|url|host|port|type|kind|ref|version|namespace|policy|ttl|age|length|count|limit|user|description)$/i;

const depthOf = (line: string): number => line.search(/[^ \t]/);

/** The span of a scalar in a line, without its quotes. */
const scalarIn = (line: string, from: number): SensitiveSpan | undefined => {
  const text = line.slice(from).trimEnd();
  const isQuoted = text.length > 1 && /^["']/.test(text) && text.endsWith(text[0] ?? '');
  const value = isQuoted ? text.slice(1, -1) : text;
  if (value === '' || /^[[{|>&!*#]/.test(text) || !isSecretText(value)) return undefined;
  const start = from + (isQuoted ? 1 : 0);
  return { from: start, to: start + value.length, is: 'secret' };
};

const leadsToSecret = (key: string): boolean => !aboutSecret.test(key);

/** The secret of a line of a block. Undefined: it has none. */
const secretOf = (
  line: string,
  depth: number,
  isSecretKey: (key: string) => boolean,
): SensitiveSpan | undefined => {
  const [head = '', key] = entry.exec(line.slice(depth)) ?? [];
  return key !== undefined && !isSecretKey(key) ? undefined : scalarIn(line, depth + head.length);
};

const lineEnd = /[ \t]{0,200}\r?\n/y;
const longestIndent = 200;

interface Header {
  readonly indent: number;
  readonly isItem: boolean;
  /** The start of the next line. */
  readonly next: number;
}

/** The line of a name that ends with a colon. Undefined: it does not. */
const headerOf = (text: string, nameStart: number, signEnd: number): Header | undefined => {
  lineEnd.lastIndex = signEnd;
  const rest = text[signEnd - 1] === ':' ? lineEnd.exec(text)?.[0] : undefined;
  if (rest === undefined) return undefined;
  const from = Math.max(0, nameStart - longestIndent);
  const before = text.slice(from, nameStart);
  const start = before.lastIndexOf('\n') + 1;
  if (start === 0 && from > 0) return undefined;
  const line = `${before.slice(start)}x`;
  return { indent: depthOf(line), isItem: /^[ \t]*-[ \t]/.test(line), next: signEnd + rest.length };
};

/** Returns whether a line belongs to the block: it is indented more, or is an item of a list that is indented like its name. */
const isInside = ({ indent, isItem }: Header, depth: number, rest: string): boolean =>
  depth > indent || (depth === indent && !isItem && /^-[ \t]/.test(rest));

interface YamlBlock {
  readonly values: readonly SensitiveSpan[];
  readonly end: number;
}

/**
 * The values of a list or map in the lines below a name that ends its line, as YAML writes them: `passwords:`, then `- x`.
 * Undefined: no such block begins there. `isSecretKey`: whether the value of a key is one; default: of all that do not describe a secret.
 */
export const yamlBlockValues = (
  text: string,
  nameStart: number,
  signEnd: number,
  isSecretKey = leadsToSecret,
): YamlBlock | undefined => {
  const header = headerOf(text, nameStart, signEnd);
  if (header === undefined) return undefined;
  const values: SensitiveSpan[] = [];
  let end: number | undefined;
  for (let next = header.next; next < text.length; ) {
    const stop = text.indexOf('\n', next);
    const line = text.slice(next, stop < 0 ? text.length : stop);
    const depth = depthOf(line);
    const rest = line.slice(Math.max(0, depth));
    if (depth >= 0 && !isInside(header, depth, rest)) break;
    if (depth >= 0) {
      // Any other text is a value of several lines.
      if (end === undefined && (entry.exec(rest)?.[0] ?? '') === '') return undefined;
      const value = secretOf(line, depth, isSecretKey);
      if (value !== undefined) values.push({ ...value, from: next + value.from, to: next + value.to });
      end = next + line.length;
    }
    next += line.length + 1;
  }
  return end === undefined ? undefined : { values, end };
};
