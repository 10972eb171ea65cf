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

/** Returns whether the row is not completed. */
export const isActiveCi = ({ status }: Pick<CiRow, 'status'>): boolean => activeWords.has(status);

/** Returns whether the newest known result of the row is a failure; a run in progress does not end one. */
export const isFailedCi = ({ status, lastStatus }: Pick<CiRow, 'status' | 'lastStatus'>): boolean =>
  failedWords.has(activeWords.has(status) ? (lastStatus ?? status) : status);
