import type { CiRow } from './fact.ts';

/** Words of runs, jobs and deployments that are not completed. Source: GitHub REST API, workflow runs, deployments. */
const activeWords: ReadonlySet<string> = new Set([
  'queued',
  'in_progress',
  'waiting',
  'requested',
  'pending',
]);

const failedWords: ReadonlySet<string> = new Set(['failure', 'timed_out', 'startup_failure', 'error']);

/**
 * Words of rows that ended and are no problem by themselves. Source: GitHub REST API, conclusions of check suites, states
 * of deployment statuses.
 */
const endedWords: ReadonlySet<string> = new Set([
  'success',
  'neutral',
  'skipped',
  'cancelled',
  'stale',
  'inactive',
]);

/** Returns whether a word is known not to be a problem: of a row that is not completed, or that ended without a failure. */
export const isHarmlessCiWord = (word: string): boolean => activeWords.has(word) || endedWords.has(word);

/** Returns whether the row is not completed. */
export const isActiveCi = ({ status }: Pick<CiRow, 'status'>): boolean => activeWords.has(status);

/** Returns whether the newest known result of the row is a failure; a run in progress does not end one. */
export const isFailedCi = ({ status, lastStatus }: Pick<CiRow, 'status' | 'lastStatus'>): boolean =>
  failedWords.has(activeWords.has(status) ? (lastStatus ?? status) : status);
