import type { LabelMatcher } from '../label-matchers.ts';

const needsEscape = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

const escapeOf = (char: string): string =>
  char === '"' || char === '\\' ? `\\${char}` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text as a string of LogQL, whatever is in it: it can end nothing and begin nothing. Source: Go, strconv.Unquote. */
export const quoted = (text: string): string => `"${text.replaceAll(needsEscape, escapeOf)}"`;

const operators = { true: { true: '=~', false: '=' }, false: { true: '!~', false: '!=' } } as const;

const matcherText = ({ name, value, isRegex, isEqual }: LabelMatcher): string =>
  `${name}${operators[`${isEqual}`][`${isRegex}`]}${quoted(value)}`;

/** '{namespace="shop", pod=~"bus-.*"}' */
export const selectorText = (matchers: readonly LabelMatcher[]): string =>
  `{${matchers.map(matcherText).join(', ')}}`;

/** One matcher and what stands behind it: a name, an operator, a string in double quotes or in backticks. */
const matcher = /^\s*([a-zA-Z_][\w.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*(,|$)/;

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** What a string of LogQL means. Source: Go, strconv.Unquote. */
const unquoted = (written: string): string =>
  written.startsWith('`')
    ? written.slice(1, -1)
    : written
        .slice(1, -1)
        .replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g, (_, byte, unit, char: string) =>
          char === undefined
            ? String.fromCharCode(Number.parseInt(byte ?? unit, 16))
            : (escapes[char] ?? char),
        );

/** The matchers of a stream selector; undefined for what is none, and for an empty one, which Loki refuses. */
export const parseSelector = (text: string): readonly LabelMatcher[] | undefined => {
  const [, inside] = /^\s*\{([\s\S]*)\}\s*$/.exec(text) ?? [];
  if (inside === undefined) return undefined;
  const found: LabelMatcher[] = [];
  for (let rest = inside; rest.trim() !== ''; ) {
    const [whole, name = '', operator = '', value = ''] = matcher.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    found.push({
      name,
      value: unquoted(value),
      isRegex: operator.endsWith('~'),
      isEqual: !operator.startsWith('!'),
    });
    rest = rest.slice(whole.length);
  }
  return found.length === 0 ? undefined : found;
};
