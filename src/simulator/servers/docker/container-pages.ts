import { createHash } from 'node:crypto';
import type { ComposeContainer } from '../../model/compose/compose-container.ts';
import { heapUsedOf } from '../../model/instances/instance-gauges.ts';
import type { PublishedPorts } from './container-ports.ts';
import { composeLabels, type DaemonContext } from './daemon-context.ts';

const mebibyte = 1024 * 1024;
const cores = 2;
const machineBytes = 16 * 1024 * mebibyte;
/** Memory of a process in addition to its heap. */
const besideHeap = 160 * mebibyte;
const ofDependency = 96 * mebibyte;
/** Offset of counters; small enough for exact integers. */
const bootedAt = 1_700_000_000_000;
const pageCache = 4 * mebibyte;

const noCpu = { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 };
const noThrottling = { periods: 0, throttled_periods: 0, throttled_time: 0 };
const before = { cpu_usage: noCpu, throttling_data: noThrottling };

/** `GET /containers/{id}/stats`: CPU nanoseconds that grow with time, and memory from the instance's heap. */
export const containerStats = (sight: DaemonContext, container: ComposeContainer) => {
  const own = { id: container.id, name: `/${container.name}` };
  if (!container.isRunning)
    return {
      ...own,
      read: zeroTime,
      preread: zeroTime,
      cpu_stats: before,
      precpu_stats: before,
      memory_stats: {},
    };
  const { env, compose } = sight;
  const instance = compose.instanceIn(container);
  const busy = 0.02 + 0.01 * (instance?.requestsPerSecond ?? 1);
  const used = instance === undefined ? ofDependency : besideHeap + heapUsedOf(env, instance);
  return {
    ...own,
    read: rfc3339Nanos(sight.at),
    preread: zeroTime,
    cpu_stats: {
      cpu_usage: { ...noCpu, total_usage: Math.round((env.now - container.startedAt) * 1e6 * cores * busy) },
      system_cpu_usage: (env.now - bootedAt) * 1e6 * cores,
      online_cpus: cores,
      throttling_data: noThrottling,
    },
    precpu_stats: before,
    memory_stats: {
      usage: used + pageCache,
      limit: compose.spec.memoryLimitBytes ?? machineBytes,
      stats: { total_inactive_file: pageCache, inactive_file: pageCache },
    },
    networks: { eth0: { rx_bytes: 0, tx_bytes: 0 } },
  };
};

/** RFC 3339 with nine decimals, Docker's format. */
export const rfc3339Nanos = (ms: number): string =>
  `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}${String(Math.round((ms % 1) * 1e6)).padStart(6, '0')}Z`;

const zeroTime = '0001-01-01T00:00:00Z';

export const hasTerminal = ({ compose }: DaemonContext, { service }: ComposeContainer): boolean =>
  compose.spec.terminals?.includes(service) === true;

const imageIdOf = ({ id }: ComposeContainer): string => `sha256:${id}`;

const healthWord = ({ diagnostic }: ComposeContainer): string =>
  diagnostic === '' ? 'healthy' : 'unhealthy';

const spanWords = (ms: number): string => {
  const units = [
    ['days', 86_400_000],
    ['hours', 3_600_000],
    ['minutes', 60_000],
    ['seconds', 1000],
  ] as const;
  const [name, size] = units.find(([, unit]) => ms >= 2 * unit) ?? ['seconds', 1000];
  return `${Math.floor(ms / size)} ${name}`;
};

const statusWords = ({ env }: DaemonContext, container: ComposeContainer): string =>
  container.isRunning
    ? `Up ${spanWords(env.now - container.startedAt)} (${healthWord(container)})`
    : `Exited (${container.exitCode}) ${spanWords(env.now - (container.finishedAt ?? env.now))} ago`;

/** An entry of `GET /containers/json`. */
export const containerSummary = (sight: DaemonContext, container: ComposeContainer) => ({
  Id: container.id,
  Names: [`/${container.name}`],
  Image: container.image,
  ImageID: imageIdOf(container),
  Command: '/app/start',
  Created: Math.floor(sight.toClock(container.createdAt) / 1000),
  Ports: [],
  Labels: composeLabels(sight, container),
  State: container.isRunning ? 'running' : 'exited',
  Status: statusWords(sight, container),
  HostConfig: { NetworkMode: 'default' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
});

const healthOf = ({ at }: DaemonContext, container: ComposeContainer) => {
  const { diagnostic } = container;
  const last = {
    Start: rfc3339Nanos(at),
    End: rfc3339Nanos(at),
    ExitCode: diagnostic === '' ? 0 : 1,
    Output: diagnostic,
  };
  return { Status: healthWord(container), FailingStreak: diagnostic === '' ? 0 : 3, Log: [last] };
};

/** Host ports that the Compose file fixes. */
const portBindingsOf = ({ compose }: DaemonContext, { service, project }: ComposeContainer) => {
  const port = project === undefined ? compose.fixedPorts.get(service) : undefined;
  return port === undefined ? {} : { '8080/tcp': [{ HostIp: '', HostPort: String(port) }] };
};

/** 'NAME=VALUE' …; the daemon returns null without any. */
const envOf = ({ env }: ComposeContainer): readonly string[] | null => {
  const all = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return all.length === 0 ? null : all;
};

/** `GET /containers/{id}/json` */
export const inspectContainer = (
  sight: DaemonContext,
  container: ComposeContainer,
  ports: PublishedPorts,
) => {
  const { isRunning, exitCode, isOomKilled, startedAt, finishedAt, createdAt, image } = container;
  return {
    Id: container.id,
    Created: rfc3339Nanos(sight.toClock(createdAt)),
    Name: `/${container.name}`,
    RestartCount: 0,
    State: {
      Status: isRunning ? 'running' : 'exited',
      Running: isRunning,
      Paused: false,
      Restarting: false,
      OOMKilled: isOomKilled,
      Dead: false,
      ExitCode: exitCode,
      Error: '',
      StartedAt: rfc3339Nanos(sight.toClock(startedAt)),
      FinishedAt: finishedAt === undefined ? zeroTime : rfc3339Nanos(sight.toClock(finishedAt)),
      Health: healthOf(sight, container),
    },
    Image: imageIdOf(container),
    Config: {
      Image: image,
      Env: envOf(container),
      Tty: hasTerminal(sight, container),
      Labels: composeLabels(sight, container),
    },
    HostConfig: {
      Memory: sight.compose.spec.memoryLimitBytes ?? 0,
      NanoCpus: 0,
      NetworkMode: 'default',
      PortBindings: portBindingsOf(sight, container),
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    },
    NetworkSettings: { Ports: ports, Networks: {} },
  };
};

/** `GET /info` */
export const daemonInfo = ({ at, compose, env }: DaemonContext) => {
  const { containers } = compose;
  const running = containers.filter(({ isRunning }) => isRunning).length;
  return {
    ID: `EMBEDDED:${env.spec.name}${env.identity}`,
    Name: `docker-${env.spec.name}`,
    ServerVersion: '20.10.24',
    SystemTime: rfc3339Nanos(at),
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: containers.length - running,
    NCPU: 2,
    LoggingDriver: 'json-file',
    CgroupVersion: '1',
  };
};

export const daemonVersion = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux' };

const imageOf = (id: string, tag: string) => ({
  Id: id,
  RepoTags: [tag],
  RepoDigests: null,
  Created: 1_700_000_000,
  Size: 104_857_600,
});

/** `GET /images/json`: images of the containers, and those that were pulled. */
export const imageList = ({ compose }: DaemonContext) => [
  ...compose.containers.map((container) => imageOf(imageIdOf(container), container.image)),
  ...[...compose.pulled].map((image) => imageOf(pulledImageId(image), image)),
];

/** ID of a pulled image. */
export const pulledImageId = (image: string): string =>
  `sha256:${createHash('sha256').update(image).digest('hex')}`;
