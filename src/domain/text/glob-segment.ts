import { matcherOf } from '../regex/matcher.ts';

const token = /\[(!?)(\]?[^\]]+)\]|./gsu;

/** A set without ranges that end before they begin, which have no characters. */
const charactersOf = (set: string): string =>
  set.replaceAll(/(.)-(.)/gsu, (range: string, first: string, last: string) =>
    (first.codePointAt(0) ?? 0) <= (last.codePointAt(0) ?? 0) ? range : '',
  );

const tokenPattern = (text: string, negated: string | undefined, set: string | undefined): string => {
  if (set !== undefined) {
    const characters = charactersOf(set).replaceAll(/[\\\]^[]/g, '\\$&');
    return `[${negated === '!' ? '^' : ''}${characters}]`;
  }
  if (text === '*') return '[^/]*';
  return text === '?' ? '[^/]' : text.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
};

/** Returns a matcher of one glob segment against a name. A leading dot matches only if the segment has it. */
export const segmentMatcher = (glob: string): ((name: string) => boolean) => {
  const tokens = [...glob.matchAll(token)].map(([text, negated, set]) => tokenPattern(text, negated, set));
  const pattern = matcherOf(`^${tokens.join('')}$`, 'u');
  const isDotted = /^[.[]/.test(glob);
  return (name) => (isDotted || !name.startsWith('.')) && pattern.test(name);
};
