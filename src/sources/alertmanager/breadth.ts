import { compilePattern, type LabelMatcher, type Matcher } from '../../sdk.ts';

/** Values that no pattern meant for some alerts matches all of, however little they have in common. */
const probes = ['a', 'Zz', '0', '17', 'x-y', 'x_y.z', 'A b/c:ü', 'warning', 'f3a9c1'];

/** RE2's leading flags are JavaScript's, elsewhere; what else differs between the two makes it a pattern that cannot be judged. */
const asJavaScript = (re2: string): Matcher | string => {
  const [, flags = '', rest = ''] = /^(?:\(\?([ism]+)\))?([\s\S]*)$/.exec(re2) ?? [];
  return compilePattern(`^(?:${rest})$`, [...new Set(`s${flags}`)].join(''));
};

/** Why it narrows nothing, or undefined when it does. */
const whyWide = ({ value, isRegex, isEqual }: LabelMatcher): string | undefined => {
  if (!isEqual) return 'says only what is left out';
  if (value === '') return 'holds for every alert without that label';
  if (!isRegex) return undefined;
  const pattern = asJavaScript(value);
  if (typeof pattern === 'string') return `has a pattern that cannot be judged here (${pattern})`;
  if (pattern.test('')) return 'holds for every alert without that label';
  return probes.every((probe) => pattern.test(probe)) ? 'holds for any value' : undefined;
};

/**
 * Why a set of matchers may hold for every alert; undefined when at least one of them narrows it: asks for a value, or
 * for a pattern that not every value matches.
 */
export const matchesEverything = (matchers: readonly LabelMatcher[]): string | undefined => {
  const whys = matchers.map((matcher) => ({ matcher, why: whyWide(matcher) }));
  if (whys.some(({ why }) => why === undefined)) return undefined;
  return whys.map(({ matcher, why }) => `${matcher.name} ${why ?? ''}`).join('; ') || 'there is none';
};
