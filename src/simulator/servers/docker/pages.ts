import type { Container } from '../../model/compose/container.ts';
import { labelsOf, type Sight } from './daemon.ts';
import type { Published } from './ports.ts';

/** RFC 3339 with nine decimals, as Docker writes times. */
export const stamp = (ms: number): string =>
  `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}${String(Math.round((ms % 1) * 1e6)).padStart(6, '0')}Z`;

export const never = '0001-01-01T00:00:00Z';

export const hasTerminal = ({ compose }: Sight, { service }: Container): boolean =>
  compose.spec.terminals?.includes(service) === true;

const imageIdOf = ({ id }: Container): string => `sha256:${id}`;

const healthWord = ({ complaint }: Container): string => (complaint === '' ? 'healthy' : 'unhealthy');

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

const statusWords = ({ env }: Sight, container: Container): string =>
  container.isRunning
    ? `Up ${spanWords(env.now - container.startedAt)} (${healthWord(container)})`
    : `Exited (${container.exitCode}) ${spanWords(env.now - (container.finishedAt ?? env.now))} ago`;

/** An entry of `GET /containers/json`. */
export const summary = (sight: Sight, container: Container) => ({
  Id: container.id,
  Names: [`/${container.name}`],
  Image: container.image,
  ImageID: imageIdOf(container),
  Command: '/app/start',
  Created: Math.floor(sight.toClock(container.createdAt) / 1000),
  Ports: [],
  Labels: labelsOf(sight, container),
  State: container.isRunning ? 'running' : 'exited',
  Status: statusWords(sight, container),
  HostConfig: { NetworkMode: 'default' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
});

const healthOf = ({ at }: Sight, container: Container) => {
  const { complaint } = container;
  const last = { Start: stamp(at), End: stamp(at), ExitCode: complaint === '' ? 0 : 1, Output: complaint };
  return { Status: healthWord(container), FailingStreak: complaint === '' ? 0 : 3, Log: [last] };
};

/** 'NAME=VALUE' …; a daemon says null where there are none. */
const envOf = ({ env }: Container): readonly string[] | null => {
  const all = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return all.length === 0 ? null : all;
};

/** `GET /containers/{id}/json` */
export const inspected = (sight: Sight, container: Container, ports: Published) => {
  const { isRunning, exitCode, isOomKilled, startedAt, finishedAt, createdAt, image } = container;
  return {
    Id: container.id,
    Created: stamp(sight.toClock(createdAt)),
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
      StartedAt: stamp(sight.toClock(startedAt)),
      FinishedAt: finishedAt === undefined ? never : stamp(sight.toClock(finishedAt)),
      Health: healthOf(sight, container),
    },
    Image: imageIdOf(container),
    Config: {
      Image: image,
      Env: envOf(container),
      Tty: hasTerminal(sight, container),
      Labels: labelsOf(sight, container),
    },
    HostConfig: {
      Memory: sight.compose.spec.memoryLimitBytes ?? 0,
      NanoCpus: 0,
      NetworkMode: 'default',
      PortBindings: {},
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    },
    NetworkSettings: { Ports: ports, Networks: {} },
  };
};

/** `GET /info` */
export const info = ({ at, compose, env }: Sight) => {
  const { containers } = compose;
  const running = containers.filter(({ isRunning }) => isRunning).length;
  return {
    ID: `EMBEDDED:${env.spec.name}`,
    Name: `docker-${env.spec.name}`,
    ServerVersion: '20.10.24',
    SystemTime: stamp(at),
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: containers.length - running,
    NCPU: 2,
    LoggingDriver: 'json-file',
    CgroupVersion: '1',
  };
};

export const version = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux' };

/** `GET /images/json`: those that containers are made of. */
export const images = ({ compose }: Sight) =>
  compose.containers.map((container) => ({
    Id: imageIdOf(container),
    RepoTags: [container.image],
    RepoDigests: null,
    Created: 1_700_000_000,
    Size: 104_857_600,
  }));
