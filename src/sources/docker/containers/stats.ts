import { field, list, number } from '../../wire-value.ts';

/** One reading of a container's meters. */
export interface Meters {
  /** Ns of CPU time, all cores. */
  readonly cpu?: number;
  /** Ns of CPU time of the whole machine, all cores. */
  readonly system?: number;
  readonly cores: number;
  readonly memoryBytes?: number;
}

/**
 * Memory without the page cache that the kernel gives back when asked, as docker's own client counts it: on cgroup v1
 * `total_inactive_file`, on v2 `inactive_file`. Source: docker/cli, calculateMemUsageUnixNoCache.
 */
const memoryOf = (memory: unknown): number | undefined => {
  const usage = number(field(memory, 'usage'));
  if (usage === undefined) return undefined;
  const stats = field(memory, 'stats');
  const reclaimable = number(field(stats, 'total_inactive_file')) ?? number(field(stats, 'inactive_file'));
  return reclaimable === undefined || reclaimable >= usage ? usage : usage - reclaimable;
};

/** Of `GET /containers/{id}/stats`; a container that does not run has no meters. */
export const parseMeters = (answer: unknown): Meters => {
  const cpu = field(answer, 'cpu_stats');
  const usage = field(cpu, 'cpu_usage');
  const total = number(field(usage, 'total_usage'));
  const system = number(field(cpu, 'system_cpu_usage'));
  const memoryBytes = memoryOf(field(answer, 'memory_stats'));
  return {
    cores: number(field(cpu, 'online_cpus')) ?? list(field(usage, 'percpu_usage')).length,
    ...(total === undefined ? {} : { cpu: total }),
    ...(system === undefined || system === 0 ? {} : { system }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};

/** Cores in use between two readings: its part of the machine's CPU time, times the cores. Undefined when they tell nothing. */
export const coresBetween = (before: Meters | undefined, after: Meters): number | undefined => {
  if (before?.cpu === undefined || before.system === undefined) return undefined;
  if (after.cpu === undefined || after.system === undefined) return undefined;
  const [used, passed] = [after.cpu - before.cpu, after.system - before.system];
  // A counter that went back is another life of the container.
  if (used < 0 || passed <= 0 || after.cores === 0) return undefined;
  return (used / passed) * after.cores;
};
