import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { CiRow } from '../../kinds/ci/fact.ts';
import { isActiveCi, isFailedCi } from '../../kinds/ci/status.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import type { Feed } from '../kit/contract/source.ts';
import { matchesAny } from '../kit/values/name-pattern.ts';
import type { GithubClient } from './client.ts';
import {
  type CiDeployment,
  type CiEnvironment,
  type DeploymentStatus,
  listIn,
  listOf,
  parseCiDeployment,
  parseDeploymentStatus,
  parseEnvironment,
} from './parse.ts';
import { deploymentStatusPath, deploymentsPath, environmentsPath, needs } from './paths.ts';

/** Deployments that are searched for the newest of each environment. */
const pageSize = 50;
/** Environments whose status is read: one request each. */
const maxEnvironments = 20;

/** The newest deployments, newest first. Throws WireError. */
export const readDeployments = async (
  client: GithubClient,
  signal: AbortSignal,
): Promise<readonly CiDeployment[]> => {
  const { environments } = client.config;
  const body = await client.json(deploymentsPath(client, pageSize), signal, { needs: needs.deployments });
  return listOf(body)
    .map(parseCiDeployment)
    .filter(({ environment }) => environments === undefined || matchesAny(environments, environment))
    .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
};

/** The newest status of a deployment; undefined when it has none yet. Throws WireError. */
export const readDeploymentStatus = async (
  client: GithubClient,
  { id }: CiDeployment,
  signal: AbortSignal,
): Promise<DeploymentStatus | undefined> => {
  const body = await client.json(deploymentStatusPath(client, id), signal, { needs: needs.deployments });
  return listOf(body).map(parseDeploymentStatus)[0];
};

const deploymentRow = (
  client: GithubClient,
  ciDeployment: CiDeployment,
  status: DeploymentStatus | undefined,
  environment: CiEnvironment | undefined,
): CiRow => {
  const { state = 'pending', at, description = '', url } = status ?? {};
  const { createdAt, id, ref, sha, actor, task } = ciDeployment;
  const end = isActiveCi({ status: state }) ? client.wallNow() : at;
  return {
    source: client.source,
    at: client.now(),
    kind: 'deployment',
    repo: client.config.repo,
    workflow: task,
    environment: ciDeployment.environment,
    branch: ref,
    run: id,
    status: state,
    isRequired: ciDeployment.isProduction,
    actor,
    sha,
    ...(description === '' ? {} : { displayTitle: description }),
    ...(environment === undefined || environment.rules.length === 0
      ? {}
      : { displayTitle: `protected by ${environment.rules.join(', ')}` }),
    ...(createdAt === undefined ? {} : { startedAt: client.toClock(createdAt) }),
    ...(createdAt === undefined || end === undefined || state === 'inactive'
      ? {}
      : { seconds: Math.round(Math.max(0, end - createdAt) / 1000) }),
    ...(isFailedCi({ status: state }) && description !== '' ? { failedStep: description } : {}),
    ...defined({ url }),
    uid: id,
  };
};

/** The deployments feed: the newest deployment of each environment. */
export const deploymentsFeed = (client: GithubClient): Feed => {
  const { source, config } = client;
  const everyMs = config.every * 2;
  const read = async (signal: AbortSignal): Promise<Reading<CiRow>> => {
    const faults: Fault[] = [];
    let call = environmentsPath(client);
    try {
      const environments = listIn(
        await client.json(call, signal, { needs: needs.environments }),
        'environments',
      );
      const byName = new Map(
        environments.map(parseEnvironment).map((ciEnvironment) => [ciEnvironment.name, ciEnvironment]),
      );
      call = deploymentsPath(client, pageSize);
      const newest = [
        ...Map.groupBy(await readDeployments(client, signal), ({ environment }) => environment).values(),
      ].flatMap((group) => group.slice(0, 1));
      const items: CiRow[] = [];
      for (const ciDeployment of newest.slice(0, maxEnvironments))
        try {
          const status = await readDeploymentStatus(client, ciDeployment, signal);
          items.push(deploymentRow(client, ciDeployment, status, byName.get(ciDeployment.environment)));
        } catch (error) {
          signal.throwIfAborted();
          const unknown: DeploymentStatus = { state: 'unknown', description: '' };
          items.push(deploymentRow(client, ciDeployment, unknown, byName.get(ciDeployment.environment)));
          faults.push(client.fault(deploymentStatusPath(client, ciDeployment.id), error));
        }
      return { items, faults };
    } catch (error) {
      return { items: [], faults: [client.fault(call, error)] };
    }
  };
  return {
    id: `${source}/deployments`,
    source,
    name: 'deployments',
    kind: 'ci',
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: config.timeout,
    requests: 5,
    read,
  };
};
