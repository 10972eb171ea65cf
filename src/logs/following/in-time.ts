import type { Millis } from '../../domain/fault.ts';
import { guarded } from '../../platform/watchdog.ts';
import type { LinePattern } from '../format/chip.ts';
import { compilePattern } from '../format/line-pattern.ts';
import type { LineFilter } from '../reading/tail.ts';

/** A pattern of good will needs a thousandth of it for what is judged at once. */
const patienceMs: Millis = 2000;

/** A pattern that does not come to an end on some line. */
export class EndlessPattern extends Error {
  constructor(patterns: readonly LinePattern[]) {
    super(`on some line it takes for ever to match ${patterns.map(({ text }) => text).join(' or ')}`);
    this.name = 'EndlessPattern';
  }
}

/** Does some judging by a filter; throws EndlessPattern when that does not end. Only patterns that need backtracking are watched. */
export const inTimeFor = ({ include, exclude }: LineFilter): (<T>(work: () => T) => T) => {
  const slow = [...include, ...exclude].filter((pattern) => !compilePattern(pattern).isBounded);
  if (slow.length === 0) return (work) => work();
  return <T>(work: () => T): T => {
    const results: T[] = [];
    if (guarded(() => results.push(work()), patienceMs) === 'over') throw new EndlessPattern(slow);
    return results[0] as T;
  };
};
