/** Escapes a character for a regular expression. */
const escaped = (character: string): string => character.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** One element of a pattern: an escaped character, a set of characters, or any other character. */
const element = /\\(?<literal>.)|\[(?<negated>\^?)(?<set>[^\]]*)\]|(?<other>.)/gs;

const expressionOf = ({
  literal,
  negated,
  set,
  other = '',
}: Readonly<Record<string, string | undefined>>): string => {
  if (literal !== undefined) return escaped(literal);
  if (set !== undefined) return `[${negated ?? ''}${set.replaceAll('\\', '\\\\')}]`;
  if (other === '*') return '[^]*';
  return other === '?' ? '[^]' : escaped(other);
};

/** Matches whole keys with a glob pattern of Redis. Source: Redis docs, KEYS: `*`, `?`, `[ae]`, `[^e]`, `[a-b]`, `\\`. */
export const globMatcher = (pattern: string): ((key: string) => boolean) => {
  const source = [...pattern.matchAll(element)].map(({ groups = {} }) => expressionOf(groups)).join('');
  const expression = new RegExp(`^${source}$`);
  return (key) => expression.test(key);
};
