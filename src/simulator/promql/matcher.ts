import { matcherOf as linearMatcher } from '../../domain/regex/matcher.ts';
import type { Matcher, MatchOp } from './ast.ts';

/** A label matcher; a pattern is anchored, as Prometheus anchors it. Throws with the words of Go's regexp. */
export const matcherOf = (name: string, op: MatchOp, value: string): Matcher => {
  if (op === '=') return { name, op, value, test: (text) => text === value };
  if (op === '!=') return { name, op, value, test: (text) => text !== value };
  const pattern = anchored(value);
  return { name, op, value, test: (text) => pattern.test(text) === (op === '=~') };
};

const anchored = (value: string): Pick<RegExp, 'test'> => {
  try {
    return linearMatcher(`^(?:${value})$`, 's');
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    const go = /unterminated group/i.test(why) ? 'missing closing )' : 'invalid pattern';
    throw new Error(`error parsing regexp: ${go}: \`^(?:${value})$\``);
  }
};
