import type { Labels } from '../../exposition/family.ts';
import { matches, type SilenceMatcher } from '../../monitoring/silences.ts';

/** A matcher of a `filter=` parameter: `name="value"`, quotes may be left out; undefined when it is none. */
const matcherIn = (text: string): SilenceMatcher | undefined => {
  const found = /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"]*))\s*$/.exec(text);
  const [, name, op, quoted, bare] = found ?? [];
  if (name === undefined || op === undefined) return undefined;
  return {
    name,
    value: quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
    isRegex: op.endsWith('~'),
    isEqual: op.startsWith('='),
  };
};

/** The matchers of a call, or the first text that is none. */
export const filtersIn = (query: URLSearchParams): readonly SilenceMatcher[] | string => {
  const texts = query.getAll('filter');
  const bad = texts.find((text) => matcherIn(text) === undefined);
  return bad ?? texts.map(matcherIn).filter((matcher) => matcher !== undefined);
};

export const allMatch = (matchers: readonly SilenceMatcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matches(matcher, labels[matcher.name] ?? ''));

const yes: ReadonlySet<string> = new Set([
  'true',
  '1',
  'yes',
  'ok',
  'y',
  'on',
  'selected',
  'checked',
  't',
  'enabled',
]);

/** A switch of a call: on when it is not given; any word that does not say yes says no. */
export const isWanted = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name);
  return text === null || yes.has(text.toLowerCase());
};
