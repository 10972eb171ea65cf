import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { sum } from '../../../domain/base/sums.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { DockerRead } from '../daemon/config.ts';
import { type Container, containerStatus, isContainerReady, isRestartLooping } from './container.ts';

type Value = Pick<Sample, 'value' | 'why' | 'parts' | 'fold' | 'isCounter' | 'isUnmeasured'>;
type UsageById = ReadonlyMap<string, ContainerResourceUsage>;

const healthBySeverity = ['unhealthy', 'starting', 'none', 'healthy'];

/** Containers of a service, or the container with that name. */
const containersNamed = (containers: readonly Container[], name: string): readonly Container[] =>
  containers.filter(
    (container) => (container.service === name && !container.isOneOff) || container.name === name,
  );

/** The values of containers, by name: one that is gone takes its part with it. */
const partsOf = (
  members: readonly Container[],
  amountOf: (container: Container) => number | undefined,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    members.flatMap((container) => {
      const amount = amountOf(container);
      return amount === undefined ? [] : [[JSON.stringify({ container: container.name }), amount] as const];
    }),
  );

const highestValue = (
  members: readonly Container[],
  amountOf: (container: Container) => number | undefined,
  why: string,
): Value => {
  const parts = partsOf(members, amountOf);
  const known = Object.values(parts);
  return known.length === 0 ? { why } : { value: Math.max(...known), fold: 'max', parts };
};

const percentOf = (bytes: number | undefined, limit: number | undefined): number | undefined =>
  bytes === undefined || limit === undefined ? undefined : (100 * bytes) / limit;

const memoryOf = (members: readonly Container[], used: UsageById, name: string): Value =>
  highestValue(
    members,
    ({ id }) => used.get(id)?.memoryBytes,
    `${name} has no memory value: the container is not running, or stats: false turns the measurement off`,
  );

const shareOf = (members: readonly Container[], used: UsageById, name: string): Value =>
  highestValue(
    members,
    ({ id, memoryLimitBytes }) => percentOf(used.get(id)?.memoryBytes, memoryLimitBytes),
    `${name} has no memory limit, or is not running: set mem_limit, or read memory without as: percent`,
  );

const cpuOf = (members: readonly Container[], used: UsageById): Value => {
  const parts = partsOf(members, ({ id }) => used.get(id)?.cpuCores);
  const cores = Object.values(parts);
  return cores.length === 0
    ? { why: 'there is no value yet: CPU usage needs two readings' }
    : { value: sum(cores), fold: 'sum', parts };
};

const healthOf = (members: readonly Container[]): Value => {
  const healths = members.map(({ health }) => (health === '' ? 'none' : health));
  const value = healthBySeverity.find((word) => healths.includes(word)) ?? healths[0] ?? 'none';
  return {
    ...{ value, parts: partsOf(members, ({ health }) => (health === 'healthy' ? 1 : 0)) },
    ...(value === 'none' ? { isUnmeasured: true } : {}),
  };
};

/**
 * Value of a signal from the current containers. A service without containers has no value, except a running count of
 * 0.
 */
export const containerSignalValue = (
  read: DockerRead,
  containers: readonly Container[],
  used: UsageById,
): Value => {
  if ('running' in read)
    return {
      value: containersNamed(containers, read.running).filter(({ state }) => state === 'running').length,
    };
  const [name = ''] = Object.values(read);
  const members = containersNamed(containers, name);
  if (members.length === 0) return { why: `there is no container of ${name}: check the name of the service` };
  if ('restarts' in read)
    // A container that is created or started again counts from zero.
    return {
      ...highestValue(
        members,
        ({ restarts }) => restarts,
        'the Docker daemon reports no value for this container',
      ),
      isCounter: true,
    };
  if ('cpu' in read) return cpuOf(members, used);
  if ('health' in read) return healthOf(members);
  return read.as === 'percent' ? shareOf(members, used, name) : memoryOf(members, used, name);
};

/** Measured usage of a container. */
export interface ContainerResourceUsage {
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
}

/** Daemon, time and clock offset of a poll. */
interface RowContext {
  readonly source: string;
  /** The daemon; prefixes the id of each pinned container. */
  readonly daemon: string;
  readonly at: Millis;
  /** Ms to add to our clock for the daemon's. */
  readonly ahead: Millis;
}

const hasEnded = new Set(['exited', 'dead', 'restarting']);

const detailOf = (container: Container): string | undefined => {
  const { state, exitCode, error, health, healthOutput: healthWords, isOneOff } = container;
  if (state === 'running') return health === 'unhealthy' && healthWords !== '' ? healthWords : undefined;
  const words = [
    hasEnded.has(state) && exitCode !== undefined ? `exit ${exitCode}` : '',
    isOneOff ? 'of compose run' : '',
    error,
  ];
  const label = words.filter((word) => word !== '').join(' · ');
  return label === '' ? undefined : label;
};

interface ContainerEnds {
  /** True for a container that has completed and is not expected to run. */
  readonly isDone: (container: Container) => boolean;
  /** True for a container that a younger one of its swarm service has replaced. */
  readonly isReplaced: (container: Container) => boolean;
}

const completionText = ({ exitCode }: Container): string => (exitCode === 0 ? 'completed' : 'ended');

/** Shortest grace period of a container whose health check has not passed yet. */
const startGraceMs: Millis = 60_000;

/** A container is starting for a minute after its creation; then until its health check has passed, or has failed as often as the daemon allows. */
const startupState = (
  { state, health, createdAt, startedAt, startPeriodNs = 0, error }: Container,
  { at, ahead }: RowContext,
): Workload['starting'] => {
  // Compose creates all containers first, and starts each when those it depends on are ready.
  if (state === 'created' && createdAt !== undefined && error === '')
    return at + ahead - createdAt < startGraceMs ? 'in time' : undefined;
  if (state !== 'running' || health !== 'starting' || startedAt === undefined) return undefined;
  return at + ahead - startedAt < Math.max(startGraceMs, startPeriodNs / 1e6) ? 'in time' : 'slow';
};

/** Whether the daemon checks the health of a container; unknown of one that does not run and was never checked. */
const healthChecked = ({ state, health }: Container): boolean | undefined =>
  health === '' ? (state === 'running' ? false : undefined) : true;

const containerRow = (
  container: Container,
  used: ContainerResourceUsage,
  stamp: RowContext,
  { isDone, isReplaced }: ContainerEnds,
): Workload => {
  const { state, restarts, startedAt, startText, memoryLimitBytes, cpuLimitCores } = container;
  const detail = detailOf(container);
  const starting = startupState(container, stamp);
  const since = state === 'running' || state === 'paused' ? startedAt : undefined;
  const leaving: Workload['leaving'] = isReplaced(container)
    ? 'replaced'
    : state === 'removing'
      ? 'terminating'
      : undefined;
  return {
    source: stamp.source,
    at: stamp.at,
    kind: 'container',
    uid: `${stamp.daemon}/${container.id}`,
    ...(startText === undefined ? {} : { run: `${container.id} ${startText}` }),
    namespace: container.project,
    name: container.name,
    owner: container.service,
    node: '',
    status: isDone(container) ? completionText(container) : containerStatus(container),
    ready: isContainerReady(container) ? 1 : 0,
    wanted: isDone(container) ? 0 : 1,
    ...defined({ starting, leaving }),
    restartsRising: isRestartLooping(container, stamp.at + stamp.ahead),
    ...defined({ isHealthChecked: healthChecked(container), restarts }),
    ...(container.image === '' ? {} : { image: container.image }),
    ...(since === undefined ? {} : { startedAt: since - stamp.ahead }),
    ...defined({ memoryLimitBytes, cpuLimitCores, detail }),
    ...used,
  };
};

const serviceStatus = (rows: readonly Workload[], ready: number, desired: number): string => {
  if (desired === 0) return rows.every(({ leaving }) => leaving !== undefined) ? 'removing' : 'completed';
  return ready >= desired ? 'running' : 'degraded';
};

/** Row of a service, from its containers; excludes those of `compose run`. */
const serviceRow = (rows: readonly Workload[]): readonly Workload[] => {
  const [first] = rows;
  if (first === undefined) return [];
  const ready = rows.filter((row) => row.ready === 1).length;
  // One that is being removed is not expected to be ready.
  const desired = rows.reduce((sum, row) => sum + (row.leaving === undefined ? (row.wanted ?? 0) : 0), 0);
  const late = rows.filter((row) => row.ready !== 1 && row.wanted !== 0 && row.leaving === undefined);
  const starting = late.some((row) => row.starting === undefined)
    ? undefined
    : (late.find((row) => row.starting === 'slow') ?? late[0])?.starting;
  const restarts = rows.flatMap((row) => row.restarts ?? []);
  const checked = rows.flatMap((row) => row.isHealthChecked ?? []);
  return [
    {
      source: first.source,
      at: first.at,
      kind: 'service',
      namespace: first.namespace,
      name: first.owner,
      owner: first.namespace,
      node: '',
      status: serviceStatus(rows, ready, desired),
      ...defined({ starting }),
      ready,
      wanted: desired,
      ...(checked.length === 0 ? {} : { isHealthChecked: checked.every((isChecked) => isChecked) }),
      ...(restarts.length === 0 ? {} : { restarts: restarts.reduce((sum, restart) => sum + restart, 0) }),
    },
  ];
};

/** True when nothing is to restart it after exit status 0. Source: docs.docker.com, "Start containers automatically". */
const endsWithSuccess = ({ restartPolicy, swarmService }: Container): boolean =>
  swarmService === undefined && ['', 'no', 'on-failure'].includes(restartPolicy ?? 'unknown');

/** A swarm keeps ended containers of a service, five by default, beside the one that runs. */
const replacedIn = (containers: readonly Container[]): ContainerEnds['isReplaced'] => {
  const newest = new Map<string, number>();
  for (const { swarmService, state, createdAt = 0 } of containers)
    if (swarmService !== undefined && state === 'running')
      newest.set(swarmService, Math.max(createdAt, newest.get(swarmService) ?? 0));
  return ({ swarmService = '', state, createdAt = 0 }) =>
    ['exited', 'dead', 'created'].includes(state) && (newest.get(swarmService) ?? 0) > createdAt;
};

const nameOf = (project: string, service: string): string => `${project}/${service}`;

/**
 * Rows for containers and Compose services. An exited container counts as stopped, unless its service is a job: one
 * that another service waits for, one of `jobs`, or a leftover of `compose run`; or it ended with 0, nothing is to restart it,
 * and it serves nothing: a server without a restart policy that was stopped ends with 0, too.
 */
export const workloadRows = (
  containers: readonly Container[],
  used: ReadonlyMap<string, ContainerResourceUsage>,
  jobs: readonly string[],
  stamp: RowContext,
): readonly Workload[] => {
  const awaited = new Set(
    containers.flatMap(({ project, awaits }) => awaits.map((service) => nameOf(project, service))),
  );
  const isJob = ({ project, service }: Container): boolean =>
    jobs.includes(service) || awaited.has(nameOf(project, service));
  const isDone: ContainerEnds['isDone'] = (container) =>
    container.state === 'exited' &&
    (container.isOneOff ||
      (container.exitCode === 0 &&
        (isJob(container) || (endsWithSuccess(container) && container.isServer !== true))));
  const isReplaced = replacedIn(containers);
  const rows = containers.map((container) => ({
    container,
    row: containerRow(container, used.get(container.id) ?? {}, stamp, { isDone, isReplaced }),
  }));
  const ofServices = rows.filter(({ container }) => container.service !== '' && !container.isOneOff);
  const services = Map.groupBy(ofServices, ({ container: { project, service } }) => nameOf(project, service));
  return [
    ...rows.map(({ row }) => row),
    ...[...services.values()].flatMap((members) => serviceRow(members.map(({ row }) => row))),
  ];
};
