import type { Millis } from '../fault.ts';

/** Does some work for at most so long: 'over' when it was ended before it was done. */
type RegexWatchdog = (work: () => void, ms: Millis) => 'done' | 'over';

let present: RegexWatchdog | undefined;

/** From now on what needs backtracking is matched under this watchdog. */
export const setRegexWatchdog = (watchdog: RegexWatchdog | undefined): void => {
  present = watchdog;
};

/** What some work gives; undefined when it was ended after so long, or when no watchdog is there to end it. */
export const runWatched = <T>(work: () => T, ms: Millis): { readonly result: T } | undefined => {
  let result: { readonly result: T } | undefined;
  const outcome = present?.(() => {
    result = { result: work() };
  }, ms);
  return outcome === 'done' ? result : undefined;
};
