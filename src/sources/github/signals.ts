import type { GithubClient } from './client.ts';
import type { GithubRead } from './config.ts';
import type { WorkflowRun } from './parse.ts';
import { runSeconds } from './run-reader.ts';

/** The value of a signal; without one, the reason. */
export type SampleValue = { readonly value: number } | { readonly why: string };

/** Returns whether a run is one of the workflow, by file name or name. */
const isOf = ({ file, workflow }: WorkflowRun, name: string): boolean => file === name || workflow === name;

const ofNewest = (
  runs: readonly WorkflowRun[],
  why: string,
  value: (run: WorkflowRun) => number | undefined,
): SampleValue => {
  const found = runs[0] === undefined ? undefined : value(runs[0]);
  return found === undefined ? { why } : { value: found };
};

/** The value of a signal; without one, the reason. `runs`: newest first. */
export const runSample = (
  client: GithubClient,
  read: GithubRead,
  runs: readonly WorkflowRun[],
  branch: string,
): SampleValue => {
  if ('rateLimit' in read) {
    const limit = client.rateLimit();
    if (limit === undefined)
      return { why: 'GitHub reports no rate limit. GitHub Enterprise Server can turn the limit off' };
    return {
      value:
        read.rateLimit === 'remaining'
          ? limit.remaining
          : (100 * (limit.limit - limit.remaining)) / Math.max(1, limit.limit),
    };
  }
  if (!('seconds' in read || 'sinceSuccess' in read))
    return { why: 'another feed of this source provides the value' };
  const name = 'seconds' in read ? read.seconds : read.sinceSuccess;
  const completed = runs.filter((run) => run.isCompleted && run.branch === branch && isOf(run, name));
  if ('seconds' in read)
    return ofNewest(
      completed,
      `none of the newest runs is a completed run of ${name} on ${branch}: raise runs of the source to read more`,
      (run) => runSeconds(run, client.wallNow()),
    );
  return ofNewest(
    completed.filter(({ status }) => status === 'success'),
    `none of the newest runs is a successful run of ${name} on ${branch}: raise runs of the source to read more`,
    ({ updatedAt }) => (updatedAt === undefined ? undefined : (client.wallNow() - updatedAt) / 1000),
  );
};
