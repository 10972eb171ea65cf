import { WireError } from '../../../platform/failures.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { withoutPasswords } from '../../secret-text.ts';
import { entries, field, list, number, text } from '../../wire-value.ts';
import type { Container } from './container.ts';

/** Docker writes 'no time yet' as the year one. */
const moment = (value: unknown): number | undefined => {
  const at = Date.parse(text(value) ?? '');
  return Number.isNaN(at) || at <= 0 ? undefined : at;
};

const positive = (value: unknown): number | undefined => {
  const size = number(value);
  return size === undefined || size <= 0 ? undefined : size;
};

export const line = (value: unknown): string => oneLine(text(value) ?? '');

/** The id goes into addresses: what is none is no container. */
export const idOf = (page: unknown): string | undefined => {
  const id = text(field(page, 'Id')) ?? '';
  return /^[0-9a-f]{12,64}$/.test(id) ? id : undefined;
};

const cpuLimit = (host: unknown): number | undefined => {
  const nano = positive(field(host, 'NanoCpus'));
  if (nano !== undefined) return nano / 1e9;
  const [quota, period] = [positive(field(host, 'CpuQuota')), positive(field(host, 'CpuPeriod'))];
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

export const networksOf = (settings: unknown): Container['networks'] =>
  entries(field(settings, 'Networks')).flatMap(([, network]) => {
    const address = text(field(network, 'IPAddress')) ?? '';
    return address === '' ? [] : [{ address, gateway: text(field(network, 'Gateway')) ?? '' }];
  });

/** True: the host's port was chosen by somebody, so that a second container cannot have it. */
const hasFixedPort = (host: unknown): boolean =>
  entries(field(host, 'PortBindings')).some(([, bindings]) =>
    list(bindings).some((one) => Number(text(field(one, 'HostPort')) ?? '') > 0),
  );

/** 'migrate:service_completed_successfully:true,db:service_started:false' → ['migrate']. Source: docker/compose, api.DependenciesLabel. */
const awaitedIn = (label: string): readonly string[] =>
  label.split(',').flatMap((one) => {
    const [service = '', condition] = one.split(':');
    return condition === 'service_completed_successfully' ? [service] : [];
  });

type Composed = Pick<Container, 'project' | 'service' | 'isOneOff' | 'awaits'>;

export const composedOf = (labels: unknown): Composed => {
  const label = (name: string): string => line(field(labels, `com.docker.compose.${name}`));
  return {
    project: label('project'),
    service: label('service'),
    isOneOff: label('oneoff').toLowerCase() === 'true',
    awaits: awaitedIn(text(field(labels, 'com.docker.compose.depends_on')) ?? ''),
  };
};

const lastHealthWords = (state: unknown): string =>
  withoutPasswords(line(field(list(field(field(state, 'Health'), 'Log')).at(-1), 'Output')));

const unless = <T extends object>(known: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** The page of one container (`GET /containers/{id}/json`). Throws WireError `malformed` when it is none. */
export const parseContainer = (page: unknown): Container => {
  const id = idOf(page);
  const state = field(page, 'State');
  if (id === undefined || state === undefined)
    throw new WireError('malformed', 'what came is the page of no container');
  const config = field(page, 'Config');
  const host = field(page, 'HostConfig');
  const settings = field(page, 'NetworkSettings');
  return {
    id,
    name: (line(field(page, 'Name')) || id.slice(0, 12)).replace(/^\//, ''),
    image: line(field(config, 'Image')),
    ...composedOf(field(config, 'Labels')),
    state: line(field(state, 'Status')),
    health: line(field(field(state, 'Health'), 'Status')).replace(/^none$/, ''),
    healthWords: lastHealthWords(state),
    isOomKilled: field(state, 'OOMKilled') === true,
    error: line(field(state, 'Error')),
    isTerminal: field(config, 'Tty') === true,
    isOnHostNetwork: field(host, 'NetworkMode') === 'host',
    hasFixedPort: hasFixedPort(host),
    networks: networksOf(settings),
    ports: portsOf(settings),
    ...unless({
      exitCode: number(field(state, 'ExitCode')),
      restarts: number(field(page, 'RestartCount')),
      startedAt: moment(field(state, 'StartedAt')),
      finishedAt: moment(field(state, 'FinishedAt')),
      memoryLimitBytes: positive(field(host, 'Memory')),
      cpuLimitCores: cpuLimit(host),
      stopSeconds: positive(field(config, 'StopTimeout')),
    }),
  };
};
