import type { LabelMatcher } from '../label-matchers.ts';

const escapedChars = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

const escapeChar = (char: string): string =>
  char === '"' || char === '\\' ? `\\${char}` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text as a string of LogQL, whatever is in it: it can end nothing and begin nothing. Source: Go, strconv.Unquote. */
export const quoteLogql = (text: string): string => `"${text.replaceAll(escapedChars, escapeChar)}"`;

const matcherOperators = { true: { true: '=~', false: '=' }, false: { true: '!~', false: '!=' } } as const;

const formatLogqlMatcher = ({ name, value, isRegex, isEqual }: LabelMatcher): string =>
  `${name}${matcherOperators[`${isEqual}`][`${isRegex}`]}${quoteLogql(value)}`;

/** '{namespace="shop", pod=~"bus-.*"}' */
export const formatStreamSelector = (matchers: readonly LabelMatcher[]): string =>
  `{${matchers.map(formatLogqlMatcher).join(', ')}}`;

/** One matcher and what stands behind it: a name, an operator, a string in double quotes or in backticks. */
const matcherPattern = /^\s*([a-zA-Z_][\w.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*(,|$)/;

const goEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** What a string of LogQL means. Source: Go, strconv.Unquote. */
const unquoteLogql = (written: string): string =>
  written.startsWith('`')
    ? written.slice(1, -1)
    : written
        .slice(1, -1)
        .replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g, (_, byte, unit, char: string) =>
          char === undefined
            ? String.fromCharCode(Number.parseInt(byte ?? unit, 16))
            : (goEscapes[char] ?? char),
        );

/** The matchers of a stream selector; undefined for what is none, and for an empty one, which Loki refuses. */
export const parseStreamSelector = (text: string): readonly LabelMatcher[] | undefined => {
  const [, inside] = /^\s*\{([\s\S]*)\}\s*$/.exec(text) ?? [];
  if (inside === undefined) return undefined;
  const found: LabelMatcher[] = [];
  for (let rest = inside; rest.trim() !== ''; ) {
    const [whole, name = '', operator = '', value = ''] = matcherPattern.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    found.push({
      name,
      value: unquoteLogql(value),
      isRegex: operator.endsWith('~'),
      isEqual: !operator.startsWith('!'),
    });
    rest = rest.slice(whole.length);
  }
  return found.length === 0 ? undefined : found;
};
