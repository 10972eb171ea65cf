import type { Fault } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { CiRow } from '../../kinds/ci/fact.ts';
import { isFailedCi } from '../../kinds/ci/status.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import { matchesAny, matchesPattern } from '../kit/values/name-pattern.ts';
import type { GithubClient } from './client.ts';
import { feedOfRead, githubReadSchema } from './config.ts';
import { failureText, parsePendingDeployments, type WorkflowRun } from './parse.ts';
import { jobsPath, needs, pendingPath, runsPath } from './paths.ts';
import { type RunReader, type ShownRun, shownRuns } from './run-reader.ts';
import { approvalRow, gateRow, type RanJob, runRow } from './run-rows.ts';
import { runSample } from './signals.ts';

/** Runs that an operator or a deployment started: their rows are shown for every branch. */
const operatorEvents: ReadonlySet<string> = new Set([
  'workflow_dispatch',
  'repository_dispatch',
  'deployment',
  'release',
]);

/** Waiting runs whose approvals are read; the rest has rows without reviewers. */
const maxWaiting = 10;

/** A reading in progress: details that cannot be read are faults, and the rest goes on. */
interface Progress {
  readonly client: GithubClient;
  readonly reader: RunReader;
  readonly branch: string;
  readonly signal: AbortSignal;
  readonly faults: Fault[];
}

/** Reads a detail; undefined with a fault when that fails. Throws when the reading has ended. */
const detail = async <T>(
  { client, faults, signal }: Progress,
  path: string,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    faults.push(client.fault(path, error));
    return undefined;
  }
};

/** The row of a run, with the failed step of its newest result. */
const runRowWithFailure = async (progress: Progress, shown: ShownRun): Promise<CiRow> => {
  const { client, reader, branch, signal } = progress;
  const failed = [shown.run, shown.last].find((run) => run !== undefined && isFailedCi(run));
  const jobs =
    failed === undefined
      ? undefined
      : await detail(progress, jobsPath(client, failed.id), () => reader.jobs(failed, signal));
  return runRow(client, shown, branch, jobs === undefined ? undefined : failureText(jobs));
};

/**
 * Leaves out completed runs of tags and branches that are not followed, except the newest one of each workflow: every
 * release has a tag of its own.
 */
const withoutPastReleases = (
  shown: readonly ShownRun[],
  isFollowed: (run: WorkflowRun) => boolean,
): readonly ShownRun[] => {
  const seen = new Set<string>();
  return shown
    .toSorted((a, b) => (b.run.createdAt ?? 0) - (a.run.createdAt ?? 0))
    .filter(({ run }) => {
      if (isFollowed(run) || !run.isCompleted) return true;
      if (seen.has(run.file)) return false;
      seen.add(run.file);
      return true;
    });
};

/** The environments that runs wait for. */
const approvalRows = async (progress: Progress, runs: readonly WorkflowRun[]): Promise<readonly CiRow[]> => {
  const { client, signal } = progress;
  const { environments } = client.config;
  const rows: CiRow[] = [];
  for (const run of runs.filter(({ status }) => status === 'waiting').slice(0, maxWaiting)) {
    const path = pendingPath(client, run.id);
    const pending = await detail(progress, path, async () =>
      parsePendingDeployments(await client.json(path, signal, { needs: needs.runs })),
    );
    for (const pendingDeployment of pending ?? [])
      if (environments === undefined || matchesAny(environments, pendingDeployment.environment))
        rows.push(approvalRow(client, run, pendingDeployment));
  }
  return rows;
};

/** The worst job of a gate: a matrix has several. */
const gateJob = (jobs: readonly RanJob[], pattern: string): RanJob | undefined => {
  const matching = jobs.filter(({ job }) => matchesPattern(pattern, job.name));
  return matching.find(({ job }) => isFailedCi(job)) ?? matching[0];
};

/** The gates, from the jobs of the newest completed runs on the branch. */
const gateRows = async (progress: Progress, runs: readonly WorkflowRun[]): Promise<readonly CiRow[]> => {
  const { client, reader, branch, signal } = progress;
  const gates = Object.entries(client.config.gates ?? {});
  if (gates.length === 0) return [];
  const jobs: RanJob[] = [];
  let isComplete = true;
  for (const { run } of shownRuns(
    runs.filter((workflowRun) => workflowRun.branch === branch && workflowRun.isCompleted),
  )) {
    const found = await detail(progress, jobsPath(client, run.id), () => reader.jobs(run, signal));
    isComplete &&= found !== undefined;
    jobs.push(...(found ?? []).map((job) => ({ run, job })));
  }
  return gates.flatMap(([gate, pattern]) => {
    const found = gateJob(jobs, pattern);
    // A job that could not be read is not missing.
    return found === undefined && !isComplete ? [] : [gateRow(client, gate, branch, found)];
  });
};

/** The runs feed: rows of runs, gates and approvals, and the signals of runs. */
export const runsFeed = (
  client: GithubClient,
  reader: RunReader,
  signals: readonly SignalRequest[],
): Feed => {
  const { source, config } = client;
  const { branches = [], every, timeout } = config;
  const reads = signals
    .map(({ id, read }) => ({ id, read: githubReadSchema.parse(read) }))
    .filter(({ read }) => feedOfRead(read) === 'runs');

  const isShown = (run: WorkflowRun, branch: string): boolean =>
    run.branch === branch ||
    matchesAny(branches, run.branch) ||
    operatorEvents.has(run.event) ||
    run.status === 'waiting';

  const read = async (signal: AbortSignal): Promise<Reading<CiRow>> => {
    const faults: Fault[] = [];
    let call = client.repoPath;
    try {
      const branch = await reader.branch(signal);
      call = runsPath(client, config.workflow?.[0], { per_page: config.runs });
      const runs = await reader.runs(signal);
      const progress: Progress = { client, reader, branch, signal, faults };
      const items: CiRow[] = [];
      for (const shown of withoutPastReleases(
        shownRuns(runs.filter((run) => isShown(run, branch))),
        ({ branch: of }) => of === branch || matchesAny(branches, of),
      ))
        items.push(await runRowWithFailure(progress, shown));
      items.push(...(await approvalRows(progress, runs)), ...(await gateRows(progress, runs)));
      const samples = reads.map(
        ({ id, read: what }): Sample => ({
          source,
          at: client.now(),
          signal: id,
          labels: {},
          ...runSample(client, what, runs, branch),
        }),
      );
      return { items, ...(reads.length === 0 ? {} : { samples }), faults };
    } catch (error) {
      return { items: [], faults: [client.fault(call, error)] };
    }
  };

  return {
    id: `${source}/runs`,
    source,
    name: 'runs',
    kind: 'ci',
    everyMs: every,
    staleMs: staleAfter(every),
    timeoutMs: timeout,
    ...(reads.length === 0 ? {} : { signals: reads.map(({ id }) => id) }),
    requests: (config.workflow?.length ?? 1) + 2,
    read,
  };
};
