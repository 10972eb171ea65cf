import type { DescribedObject, ObjectDescription } from '../../domain/facts/object-description.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { isoTime } from '../../domain/text/format.ts';
import { isFailedCi } from '../../kinds/ci/status.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { GithubClient } from './client.ts';
import { failedStepLog, hasLog } from './log-excerpt.ts';
import {
  type CiDeployment,
  firstFailure,
  listOf,
  parseCiDeployment,
  parseDeploymentStatus,
  parseRun,
  type WorkflowJob,
  type WorkflowRun,
} from './parse.ts';
import { deploymentStatusPath, jobLogPath, needs, runPath } from './paths.ts';
import type { RunReader } from './run-reader.ts';

const between = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined
    ? ''
    : formatDuration(Math.max(0, Math.round((to - from) / 1000)) * 1000);

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

/** 'CI #42 failure · main · push by ana · 3m12s' */
export const runLine = (run: WorkflowRun): string =>
  joined(
    `${run.workflow} #${run.number ?? run.id} ${run.status}`,
    run.attempt > 1 ? `attempt ${run.attempt}` : '',
    run.branch,
    `${run.event} by ${run.actor}`,
    run.isCompleted ? between(run.startedAt, run.updatedAt) : '',
  );

const jobLines = ({
  name,
  status,
  startedAt,
  completedAt,
  runner,
  steps,
}: WorkflowJob): readonly string[] => [
  joined(`${name}: ${status}`, between(startedAt, completedAt), runner),
  ...steps
    .filter((step) => step.status !== 'skipped')
    .map((step) =>
      joined(`  ${step.number} ${step.name}: ${step.status}`, between(step.startedAt, step.completedAt)),
    ),
];

/** The log of the first failed step, with its title; without a log, the reason. Throws WireError. */
export const readFailureLog = async (
  client: GithubClient,
  jobs: readonly WorkflowJob[],
  signal: AbortSignal,
): Promise<{ readonly title: string; readonly lines: readonly string[] } | undefined> => {
  const found = firstFailure(jobs);
  if (found === undefined) return undefined;
  const { job, step } = found;
  const title = step === undefined ? job.name : `${job.name} / ${step.name}`;
  if (!hasLog(job)) return { title, lines: ['there is no log yet, because the job has not started'] };
  try {
    const log = await client.text(jobLogPath(client, job.id), signal, { needs: needs.runs, isUrgent: true });
    return { title, lines: failedStepLog(log, step) };
  } catch (error) {
    if (!(error instanceof WireError) || error.kind !== 'missing') throw error;
    return {
      title,
      lines: ['the log no longer exists, because a person deleted the log or the retention has ended'],
    };
  }
};

const describeRun = async (
  client: GithubClient,
  reader: RunReader,
  id: string,
  signal: AbortSignal,
): Promise<ObjectDescription> => {
  const run = parseRun(await client.json(runPath(client, id), signal, { needs: needs.runs, isUrgent: true }));
  const jobs = await reader.jobs(run, signal, { isUrgent: true });
  const log = await readFailureLog(client, jobs, signal);
  return {
    title: runLine(run),
    lines: [
      runLine(run),
      joined(run.title, run.sha.slice(0, 7), run.startedAt === undefined ? '' : isoTime(run.startedAt)),
      ...(run.url === undefined ? [] : [run.url]),
      ...(log === undefined ? [] : ['', `log of ${log.title}`, ...log.lines]),
      '',
      'jobs',
      ...jobs.toSorted((a, b) => Number(isFailedCi(b)) - Number(isFailedCi(a))).flatMap(jobLines),
    ],
  };
};

const describeDeployment = async (
  client: GithubClient,
  id: string,
  signal: AbortSignal,
): Promise<ObjectDescription> => {
  const path = `${client.repoPath}/deployments/${id}`;
  const ciDeployment: CiDeployment = parseCiDeployment(
    await client.json(path, signal, { needs: needs.deployments, isUrgent: true }),
  );
  const statuses = listOf(
    await client.json(deploymentStatusPath(client, id).replace('per_page=1', 'per_page=30'), signal, {
      needs: needs.deployments,
      isUrgent: true,
    }),
  ).map(parseDeploymentStatus);
  const title = `deployment of ${ciDeployment.ref} to ${ciDeployment.environment}`;
  return {
    title,
    lines: [
      joined(title, ciDeployment.sha.slice(0, 7), ciDeployment.task, `by ${ciDeployment.actor}`),
      ...statuses.map(({ state, description, at, url = '' }) =>
        joined(at === undefined ? '' : isoTime(at), state, description, url),
      ),
    ],
  };
};

/** Describes a run with its jobs, steps and the log of the failed step, or a deployment with its statuses. */
export const describeCiRow =
  (client: GithubClient, reader: RunReader) =>
  async ({ kind, name }: DescribedObject, _: unknown, signal: AbortSignal): Promise<ObjectDescription> => {
    if (!/^\d+$/.test(name))
      throw new WireError('missing', 'this row does not belong to a run: choose a run');
    if (kind === 'deployment') return describeDeployment(client, name, signal);
    return describeRun(client, reader, name, signal);
  };
