import { WireError } from '../../platform/runtime/wire-error.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { GithubClient } from './client.ts';
import { listIn, parseRun, parseWorkflowJob, type WorkflowJob, type WorkflowRun } from './parse.ts';
import { jobsPath, needs, runsPath } from './paths.ts';

/** Completed attempts whose jobs are kept: they do not change. */
const maxKeptJobs = 200;
/** Jobs of one run that are read. */
const maxJobs = 300;

/** Reads the runs and jobs of one repository. */
export interface RunReader {
  /** The branch whose failures are critical. */
  branch(signal: AbortSignal): Promise<string>;
  /** The newest runs, newest first. */
  runs(signal: AbortSignal): Promise<readonly WorkflowRun[]>;
  jobs(
    run: Pick<WorkflowRun, 'id' | 'attempt' | 'isCompleted'>,
    signal: AbortSignal,
    how?: { readonly isUrgent?: boolean },
  ): Promise<readonly WorkflowJob[]>;
}

/** Opens the reader, which keeps the jobs of completed attempts and the name of the default branch. */
export const createRunReader = (client: GithubClient): RunReader => {
  const { config, repoPath } = client;
  const jobsOf = new Map<string, readonly WorkflowJob[]>();
  let defaultBranch = config.branch;
  return {
    branch: async (signal) => {
      defaultBranch ??= text(field(await client.json(repoPath, signal), 'default_branch'));
      if (defaultBranch === undefined)
        throw new WireError(
          'malformed',
          'the response of GitHub has no default_branch: check url and repo of the source',
        );
      return defaultBranch;
    },
    runs: async (signal) => {
      const runs: WorkflowRun[] = [];
      for (const workflow of config.workflow ?? [undefined]) {
        const path = runsPath(client, workflow, { per_page: config.runs });
        const body = await client.json(path, signal, { needs: needs.runs });
        runs.push(...listIn(body, 'workflow_runs').map(parseRun));
      }
      return runs.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || Number(b.id) - Number(a.id));
    },
    jobs: async (run, signal, how = {}) => {
      const key = `${run.id}/${run.attempt}`;
      const kept = jobsOf.get(key);
      if (kept !== undefined) return kept;
      const items = await client.list(
        jobsPath(client, run.id),
        (body) => listIn(body, 'jobs'),
        maxJobs,
        signal,
        { needs: needs.runs, ...how },
      );
      const jobs = items.map(parseWorkflowJob);
      if (run.isCompleted) jobsOf.set(key, jobs);
      const [oldest] = jobsOf.keys();
      if (jobsOf.size > maxKeptJobs && oldest !== undefined) jobsOf.delete(oldest);
      return jobs;
    },
  };
};

/** A run that has a row. */
export interface ShownRun {
  readonly run: WorkflowRun;
  readonly last?: WorkflowRun;
  readonly isOlder: boolean;
}

/** The newest run of each workflow and branch, and older ones that are not completed. */
export const shownRuns = (runs: readonly WorkflowRun[]): readonly ShownRun[] =>
  [...Map.groupBy(runs, ({ file, workflow, branch }) => `${file} ${workflow} ${branch}`).values()].flatMap(
    (group): readonly ShownRun[] => {
      const last = group.find(({ isCompleted }) => isCompleted);
      return group
        .filter((run, index) => index === 0 || !run.isCompleted)
        .map((run, index) => ({
          run,
          isOlder: index > 0,
          ...(last === undefined || run.isCompleted ? {} : { last }),
        }));
    },
  );

/** Duration in seconds: until the last update of a completed run, otherwise until now. */
export const runSeconds = (
  { startedAt, updatedAt, isCompleted }: WorkflowRun,
  wallNow: number,
): number | undefined => {
  const end = isCompleted ? updatedAt : wallNow;
  return startedAt === undefined || end === undefined ? undefined : Math.max(0, (end - startedAt) / 1000);
};
