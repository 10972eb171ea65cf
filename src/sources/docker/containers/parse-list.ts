import { WireError } from '../../../platform/failures.ts';
import { field, list } from '../../wire-value.ts';
import type { Container } from './container.ts';
import { composedOf, idOf, line, networksOf } from './parse.ts';

const isName = (name: string): boolean => /^\/?[^/]+$/.test(name);

/** 'Up 3 days (healthy)', 'Exited (3) 2 minutes ago' */
const ofStatus = (status: string): Pick<Container, 'health' | 'exitCode'> => {
  const health = /\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1] ?? '';
  const code = /^Exited \((\d+)\)/.exec(status)?.[1];
  return {
    health: health.replace('health: ', ''),
    ...(code === undefined ? {} : { exitCode: Number(code) }),
  };
};

const parseListed = (entry: unknown): Container | undefined => {
  const id = idOf(entry);
  if (id === undefined) return undefined;
  const names = list(field(entry, 'Names')).map(line);
  return {
    id,
    name: (names.find(isName) ?? id.slice(0, 12)).replace(/^\//, ''),
    image: line(field(entry, 'Image')),
    ...composedOf(field(entry, 'Labels')),
    state: line(field(entry, 'State')),
    ...ofStatus(line(field(entry, 'Status'))),
    healthWords: '',
    isOomKilled: false,
    error: '',
    isTerminal: false,
    isOnHostNetwork: field(field(entry, 'HostConfig'), 'NetworkMode') === 'host',
    hasFixedPort: false,
    networks: networksOf(field(entry, 'NetworkSettings')),
    ports: {},
  };
};

/** The list (`GET /containers/json`): what it knows of each. Throws WireError `malformed` when it is none. */
export const parseList = (answer: unknown): readonly Container[] => {
  if (!Array.isArray(answer)) throw new WireError('malformed', 'what came is no list of containers');
  return list(answer).flatMap((entry) => parseListed(entry) ?? []);
};
