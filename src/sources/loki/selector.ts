import type { LabelMatcher } from '../kit/values/label-matchers.ts';

const escapedChars = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

const escapeChar = (char: string): string =>
  char === '"' || char === '\\' ? `\\${char}` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Quotes a text as a LogQL string, whatever it contains, so that it cannot change the query. Source: Go,
 * strconv.Unquote.
 */
export const quoteLogql = (text: string): string => `"${text.replaceAll(escapedChars, escapeChar)}"`;

const matcherOperators = { true: { true: '=~', false: '=' }, false: { true: '!~', false: '!=' } } as const;

const formatLogqlMatcher = ({ name, value, isRegex, isEqual }: LabelMatcher): string =>
  `${name}${matcherOperators[`${isEqual}`][`${isRegex}`]}${quoteLogql(value)}`;

/** '{namespace="shop", pod=~"bus-.*"}' */
export const formatStreamSelector = (matchers: readonly LabelMatcher[]): string =>
  `{${matchers.map(formatLogqlMatcher).join(', ')}}`;

/** One matcher and its separator: a name, an operator, a string in double quotes or backticks. */
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

/** Unquotes a LogQL string. Source: Go, strconv.Unquote. */
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

/** Parses the matchers of a stream selector; undefined when it is invalid or empty, which Loki rejects. */
export const parseStreamSelector = (text: string): readonly LabelMatcher[] | undefined => {
  const [, inside] = /^\s*\{([\s\S]*)\}\s*$/.exec(text) ?? [];
  if (inside === undefined) return undefined;
  const matchers: LabelMatcher[] = [];
  for (let rest = inside; rest.trim() !== ''; ) {
    const [whole, name = '', operator = '', value = ''] = matcherPattern.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    matchers.push({
      name,
      value: unquoteLogql(value),
      isRegex: operator.endsWith('~'),
      isEqual: !operator.startsWith('!'),
    });
    rest = rest.slice(whole.length);
  }
  return matchers.length === 0 ? undefined : matchers;
};
