import type { Sample } from '../../../domain/facts.ts';
import type { DockerRead } from '../config.ts';
import type { Container } from './container.ts';
import type { Used } from './rows.ts';

type Value = Pick<Sample, 'value' | 'why'>;
type UsedBy = ReadonlyMap<string, Used>;

const worstHealth = ['unhealthy', 'starting', 'none', 'healthy'];

/** Those of a service; or the one that is called so. */
const named = (containers: readonly Container[], name: string): readonly Container[] =>
  containers.filter((one) => (one.service === name && !one.isOneOff) || one.name === name);

const most = (values: readonly (number | undefined)[], why: string): Value => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? { why } : { value: Math.max(...known) };
};

const percentOf = (bytes: number | undefined, limit: number | undefined): number | undefined =>
  bytes === undefined || limit === undefined ? undefined : (100 * bytes) / limit;

const memoryOf = (members: readonly Container[], used: UsedBy, name: string): Value =>
  most(
    members.map(({ id }) => used.get(id)?.memoryBytes),
    `${name} does not run, or is not measured`,
  );

const shareOf = (members: readonly Container[], used: UsedBy, name: string): Value =>
  most(
    members.map(({ id, memoryLimitBytes }) => percentOf(used.get(id)?.memoryBytes, memoryLimitBytes)),
    `${name} has no memory limit, or does not run`,
  );

const cpuOf = (members: readonly Container[], used: UsedBy): Value => {
  const cores = members.flatMap(({ id }) => used.get(id)?.cpuCores ?? []);
  return cores.length === 0
    ? { why: 'not measured yet: it takes two readings' }
    : { value: cores.reduce((sum, one) => sum + one, 0) };
};

const healthOf = (members: readonly Container[]): Value => {
  const healths = members.map(({ health }) => (health === '' ? 'none' : health));
  return { value: worstHealth.find((word) => healths.includes(word)) ?? healths[0] ?? 'none' };
};

/** The value of a signal among the containers that were seen; a service that has none has no value, but runs 0 times. */
export const sampleOf = (read: DockerRead, containers: readonly Container[], used: UsedBy): Value => {
  if ('running' in read)
    return { value: named(containers, read.running).filter(({ state }) => state === 'running').length };
  const [name = ''] = Object.values(read);
  const members = named(containers, name);
  if (members.length === 0) return { why: `there is no container of ${name}` };
  if ('restarts' in read)
    return most(
      members.map(({ restarts }) => restarts),
      'the daemon does not say',
    );
  if ('cpu' in read) return cpuOf(members, used);
  if ('health' in read) return healthOf(members);
  return read.as === 'percent' ? shareOf(members, used, name) : memoryOf(members, used, name);
};
