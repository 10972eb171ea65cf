import { defined } from '../../domain/base/defined.ts';
import type { CiRow } from '../../kinds/ci/fact.ts';
import type { GithubClient } from './client.ts';
import { failureText, type PendingDeployment, type WorkflowJob, type WorkflowRun } from './parse.ts';
import { runSeconds, type ShownRun } from './run-reader.ts';

const seconds = (value: number | undefined): { readonly seconds?: number } =>
  value === undefined ? {} : { seconds: Math.round(value) };

const startedAt = (client: GithubClient, time: number | undefined): { readonly startedAt?: number } =>
  time === undefined ? {} : { startedAt: client.toClock(time) };

/** The properties that the rows of a run share. */
const ofRun = (client: GithubClient, run: WorkflowRun) => ({
  source: client.source,
  at: client.now(),
  repo: client.config.repo,
  workflow: run.workflow,
  file: run.file,
  branch: run.branch,
  run: run.id,
  ...defined({ number: run.number }),
  attempt: run.attempt,
  displayTitle: run.title,
  event: run.event,
  actor: run.actor,
  sha: run.sha,
  ...defined({ url: run.url }),
});

/** The row of a run. `branch`: the one whose failures are critical. */
export const runRow = (
  client: GithubClient,
  { run, last, isOlder }: ShownRun,
  branch: string,
  failedStep: string | undefined,
): CiRow => ({
  ...ofRun(client, run),
  kind: 'run',
  status: run.status,
  ...defined({ lastStatus: last?.status }),
  isRequired: run.branch === branch,
  ...(isOlder ? { isOlder: true as const } : {}),
  ...startedAt(client, run.startedAt),
  ...seconds(runSeconds(run, client.wallNow())),
  ...defined({ failedStep }),
  uid: `${run.id}/${run.attempt}`,
});

/** The row of an environment that a run waits for. */
export const approvalRow = (client: GithubClient, run: WorkflowRun, pending: PendingDeployment): CiRow => {
  const { environment, reviewers, waitMinutes, waitingSince = run.updatedAt } = pending;
  return {
    ...ofRun(client, run),
    kind: 'approval',
    environment,
    status: 'waiting',
    isRequired: true,
    waitsFor: [...reviewers, ...(waitMinutes === 0 ? [] : [`the wait timer of ${waitMinutes} min`])],
    ...startedAt(client, waitingSince),
    uid: `${run.id}/${run.attempt}`,
  };
};

/** A job with the run that it belongs to. */
export interface RanJob {
  readonly run: WorkflowRun;
  readonly job: WorkflowJob;
}

/** The row of a gate; without a job it is missing, which is not a pass. */
export const gateRow = (
  client: GithubClient,
  gate: string,
  branch: string,
  found: RanJob | undefined,
): CiRow => {
  if (found === undefined) {
    const { source, config } = client;
    const stamp = { source, at: client.now(), repo: config.repo, workflow: '', run: '' };
    return { ...stamp, kind: 'gate', gate, branch, status: 'missing', isRequired: true };
  }
  const { run, job } = found;
  const took =
    job.startedAt === undefined || job.completedAt === undefined
      ? undefined
      : (job.completedAt - job.startedAt) / 1000;
  const failedStep = failureText([job]);
  return {
    ...ofRun(client, run),
    kind: 'gate',
    gate,
    status: job.status,
    isRequired: true,
    ...startedAt(client, job.startedAt ?? run.startedAt),
    ...seconds(took),
    ...defined({ failedStep }),
    uid: `${run.id}/${run.attempt}/${job.id}`,
  };
};
