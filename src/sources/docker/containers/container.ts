import { defined } from '../../../domain/base/defined.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { redactPasswords } from '../../kit/values/secrets.ts';
import { entries, field, list, number, text } from '../../kit/values/wire-value.ts';

/** A container from its inspect response, or from the list when that could not be read. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** ID of the image that it was created from. */
  readonly imageId?: string;
  /** Hash of its configuration in the Compose files. */
  readonly configHash?: string;
  /** Compose project; '' for a container started manually. */
  readonly project: string;
  readonly service: string;
  /** Service of a swarm; absent for any other container. */
  readonly swarmService?: string;
  /** Created by `compose run`: it carries the name of a service but does not belong to it. */
  readonly isOneOff: boolean;
  /** Services that must exit with status 0 before this one starts. */
  readonly awaits: readonly string[];
  /** created, restarting, running, removing, paused, exited, dead */
  readonly state: string;
  /** healthy, unhealthy, starting; '' without a health check. */
  readonly health: string;
  /** Last output of a health check. */
  readonly healthOutput: string;
  readonly exitCode?: number;
  /** Restart policy: no, always, unless-stopped, on-failure. */
  readonly restartPolicy?: string;
  readonly isOomKilled: boolean;
  readonly error: string;
  readonly restarts?: number;
  /** Ms since the epoch, the daemon's clock. */
  readonly createdAt?: number;
  /** On the same clock. */
  readonly startedAt?: number;
  /** Start of its last run as the daemon recorded it: it stays the same when a clock is set. */
  readonly startText?: string;
  /** End of its last run, on the same clock; of a running container, the previous run. */
  readonly finishedAt?: number;
  /** It has a terminal: its log is one stream without frames. */
  readonly hasTty: boolean;
  readonly memoryLimitBytes?: number;
  readonly cpuLimitCores?: number;
  /** Grace period before it is killed, where it differs from Docker's default. */
  readonly stopTimeoutSeconds?: number;
  /** True: it has a health check or published ports, so it is meant to stay. */
  readonly isServer?: boolean;
  /** Time that its health check leaves it to start, in nanoseconds. */
  readonly startPeriodNs?: number;
  readonly isOnHostNetwork: boolean;
  readonly hasFixedPort: boolean;
  /** Its address in each of its networks, and the gateway: an address of the daemon's machine. */
  readonly networks: readonly { readonly address: string; readonly gateway: string }[];
  /** '8080/tcp' → its published address on the host. */
  readonly ports: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/** A restart within this time marks the container as restarting repeatedly. */
const recentlyMs = 10 * 60_000;

/** True when a container was restarted before and has run only briefly. `now`: the daemon's clock. */
export const isRestartLooping = ({ state, restarts = 0, startedAt }: Container, now: number): boolean =>
  state === 'restarting' || (restarts > 0 && startedAt !== undefined && now - startedAt < recentlyMs);

/** 'unhealthy', 'OOMKilled', 'failed', 'exited', 'restarting', 'running' …: the most specific status. */
export const containerStatus = ({ state, health, isOomKilled, exitCode }: Container): string => {
  if (state === 'running') return health === '' || health === 'healthy' ? 'running' : health;
  if (isOomKilled) return 'OOMKilled';
  if (state === 'exited') return exitCode === 0 ? 'exited' : 'failed';
  return state === 'dead' ? 'failed' : state;
};

export const isContainerReady = ({ state, health }: Container): boolean =>
  state === 'running' && (health === '' || health === 'healthy');

const isName = (name: string): boolean => /^\/?[^/]+$/.test(name);

/** 'Up 3 days (healthy)', 'Exited (3) 2 minutes ago' */
const parseStatus = (status: string): Pick<Container, 'health' | 'exitCode'> => {
  const health = /\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1] ?? '';
  const code = /^Exited \((\d+)\)/.exec(status)?.[1];
  return {
    health: health.replace('health: ', ''),
    ...(code === undefined ? {} : { exitCode: Number(code) }),
  };
};

const parseListEntry = (entry: unknown): Container | undefined => {
  const id = parseContainerId(entry);
  if (id === undefined) return undefined;
  const names = list(field(entry, 'Names')).map(plainLine);
  return {
    id,
    name: (names.find(isName) ?? id.slice(0, 12)).replace(/^\//, ''),
    image: plainLine(field(entry, 'Image')),
    ...composeIdentity(field(entry, 'Labels')),
    state: plainLine(field(entry, 'State')),
    ...parseStatus(plainLine(field(entry, 'Status'))),
    healthOutput: '',
    isOomKilled: false,
    error: '',
    hasTty: false,
    isOnHostNetwork: field(field(entry, 'HostConfig'), 'NetworkMode') === 'host',
    hasFixedPort: false,
    networks: networksOf(field(entry, 'NetworkSettings')),
    ports: {},
  };
};

/** Parses the list (`GET /containers/json`). Throws WireError `malformed` when it is not one. */
export const parseContainerList = (answer: unknown): readonly Container[] => {
  if (!Array.isArray(answer))
    throw new WireError(
      'malformed',
      'the response is not a list of containers: check that the address is a Docker daemon',
    );
  return list(answer).flatMap((entry) => parseListEntry(entry) ?? []);
};

/** Docker writes an unset time as the year one. */
const parseTime = (value: unknown): number | undefined => {
  const time = Date.parse(text(value) ?? '');
  return Number.isNaN(time) || time <= 0 ? undefined : time;
};

const positive = (value: unknown): number | undefined => {
  const size = number(value);
  return size === undefined || size <= 0 ? undefined : size;
};

export const plainLine = (value: unknown): string => oneLine(text(value) ?? '');

/** The id becomes part of request paths, so an invalid one is rejected. */
const parseContainerId = (page: unknown): string | undefined => {
  const id = text(field(page, 'Id')) ?? '';
  return /^[0-9a-f]{12,64}$/.test(id) ? id : undefined;
};

const cpuLimit = (host: unknown): number | undefined => {
  const nano = positive(field(host, 'NanoCpus'));
  if (nano !== undefined) return nano / 1e9;
  const quota = positive(field(host, 'CpuQuota'));
  const period = positive(field(host, 'CpuPeriod'));
  return quota === undefined ? undefined : quota / (period ?? 100_000);
};

const portsOf = (settings: unknown): Container['ports'] =>
  Object.fromEntries(
    entries(field(settings, 'Ports')).flatMap(([inner, bindings]) => {
      const [first] = list(bindings);
      const port = Number(text(field(first, 'HostPort')) ?? '');
      const host = text(field(first, 'HostIp')) ?? '';
      return port > 0 ? [[inner, { host, port }] as const] : [];
    }),
  );

const networksOf = (settings: unknown): Container['networks'] =>
  entries(field(settings, 'Networks')).flatMap(([, network]) => {
    const address = text(field(network, 'IPAddress')) ?? '';
    return address === '' ? [] : [{ address, gateway: text(field(network, 'Gateway')) ?? '' }];
  });

/** True: the published port is fixed, so a second container cannot use it. */
const hasFixedPort = (host: unknown): boolean =>
  entries(field(host, 'PortBindings')).some(([, bindings]) =>
    list(bindings).some((value) => Number(text(field(value, 'HostPort')) ?? '') > 0),
  );

/**
 * Parses the dependency label: 'migrate:service_completed_successfully:true,db:service_started:false' → ['migrate'].
 * Source: docker/compose, api.DependenciesLabel.
 */
const parseDependencies = (label: string): readonly string[] =>
  label.split(',').flatMap((part) => {
    const [service = '', condition] = part.split(':');
    return condition === 'service_completed_successfully' ? [service] : [];
  });

type ComposeIdentity = Pick<Container, 'project' | 'service' | 'swarmService' | 'isOneOff' | 'awaits'>;

const composeIdentity = (labels: unknown): ComposeIdentity => {
  const label = (name: string): string => plainLine(field(labels, `com.docker.compose.${name}`));
  const swarmService = plainLine(field(labels, 'com.docker.swarm.service.name'));
  return {
    project: label('project'),
    service: label('service'),
    ...(swarmService === '' ? {} : { swarmService }),
    isOneOff: label('oneoff').toLowerCase() === 'true',
    awaits: parseDependencies(text(field(labels, 'com.docker.compose.depends_on')) ?? ''),
  };
};

const lastHealthOutput = (state: unknown): string =>
  redactPasswords(plainLine(field(list(field(field(state, 'Health'), 'Log')).at(-1), 'Output')));

/**
 * Parses the inspect response of a container (`GET /containers/{id}/json`). Throws WireError `malformed` when it is not
 * one.
 */
export const parseContainer = (page: unknown): Container => {
  const id = parseContainerId(page);
  const state = field(page, 'State');
  if (id === undefined || state === undefined)
    throw new WireError(
      'malformed',
      'the response does not describe a container: check that the address is a Docker daemon',
    );
  const config = field(page, 'Config');
  const host = field(page, 'HostConfig');
  const settings = field(page, 'NetworkSettings');
  return {
    id,
    name: (plainLine(field(page, 'Name')) || id.slice(0, 12)).replace(/^\//, ''),
    image: plainLine(field(config, 'Image')),
    ...composeIdentity(field(config, 'Labels')),
    state: plainLine(field(state, 'Status')),
    health: plainLine(field(field(state, 'Health'), 'Status')).replace(/^none$/, ''),
    healthOutput: lastHealthOutput(state),
    isOomKilled: field(state, 'OOMKilled') === true,
    error: plainLine(field(state, 'Error')),
    hasTty: field(config, 'Tty') === true,
    isOnHostNetwork: field(host, 'NetworkMode') === 'host',
    hasFixedPort: hasFixedPort(host),
    networks: networksOf(settings),
    ports: portsOf(settings),
    ...defined({
      imageId: text(field(page, 'Image')),
      configHash: text(field(field(config, 'Labels'), 'com.docker.compose.config-hash')),
      exitCode: number(field(state, 'ExitCode')),
      restartPolicy: text(field(field(host, 'RestartPolicy'), 'Name')),
      restarts: number(field(page, 'RestartCount')),
      createdAt: parseTime(field(page, 'Created')),
      startedAt: parseTime(field(state, 'StartedAt')),
      startText: text(field(state, 'StartedAt')),
      finishedAt: parseTime(field(state, 'FinishedAt')),
      memoryLimitBytes: positive(field(host, 'Memory')),
      cpuLimitCores: cpuLimit(host),
      stopTimeoutSeconds: positive(field(config, 'StopTimeout')),
      // Ports of the image alone say nothing: a migration runs in the image of its service.
      isServer: isObject(field(config, 'Healthcheck')) || entries(field(host, 'PortBindings')).length > 0,
      startPeriodNs: positive(field(field(config, 'Healthcheck'), 'StartPeriod')),
    }),
  };
};
