import type { Sample } from '../../../domain/facts.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { Reading } from '../../../domain/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { mapConcurrently } from '../../concurrency.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed, SignalRequest } from '../../source.ts';
import { field, list, number } from '../../wire-value.ts';
import { dockerReads } from '../config.ts';
import { createEventWatch } from '../container-events.ts';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import type { ContainerResourceUsage } from './container-rows.ts';
import { containerSignalValue, workloadRows } from './container-rows.ts';
import { containerListPath, inspectContainers, maxConcurrentRequests } from './lookup.ts';

/** One reading of a container's meters. */
interface ContainerStats {
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
export const parseContainerStats = (answer: unknown): ContainerStats => {
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
export const coresBetween = (
  before: ContainerStats | undefined,
  after: ContainerStats,
): number | undefined => {
  if (before?.cpu === undefined || before.system === undefined) return undefined;
  if (after.cpu === undefined || after.system === undefined) return undefined;
  const [used, passed] = [after.cpu - before.cpu, after.system - before.system];
  // A counter that went back is another life of the container.
  if (used < 0 || passed <= 0 || after.cores === 0) return undefined;
  return (used / passed) * after.cores;
};

/** What the running containers use. */
interface ContainerUsage {
  readonly usageById: ReadonlyMap<string, ContainerResourceUsage>;
  /** At most one, for all whose meters could not be read. */
  readonly faults: readonly Fault[];
}

const statsPath = (id: string): string => `/containers/${id}/stats?stream=false&one-shot=true`;

const usageBetween = (before: ContainerStats | undefined, now: ContainerStats): ContainerResourceUsage => {
  const cpuCores = coresBetween(before, now);
  const { memoryBytes } = now;
  return {
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};

/** Reads meters; CPU is what was used since the reading before. */
const createUsageMeter = (
  daemon: Daemon,
): ((containers: readonly Container[], signal: AbortSignal) => Promise<ContainerUsage>) => {
  let before: ReadonlyMap<string, ContainerStats> = new Map();
  return async (containers, signal) => {
    const meters = new Map<string, ContainerStats>();
    const faults: Fault[] = [];
    const running = containers.filter(({ state }) => state === 'running');
    await mapConcurrently(running, maxConcurrentRequests, async ({ id }) => {
      try {
        meters.set(id, parseContainerStats(await daemon.getJson(statsPath(id), signal)));
      } catch (error) {
        const fault = daemon.fault(statsPath(id), error);
        if (fault.kind === 'cancelled') throw error;
        // One that was removed just now has no meters.
        if (fault.kind !== 'missing' && faults.length === 0) faults.push(fault);
      }
    });
    const used = new Map([...meters].map(([id, now]) => [id, usageBetween(before.get(id), now)]));
    before = meters;
    return { usageById: used, faults };
  };
};

/** How many requests a reading makes: the list, a page for each container, the meters of each that runs. */
interface RequestCounter {
  count(containers: readonly Container[]): void;
  requests(): number;
}

export const createRequestCounter = (measures: boolean): RequestCounter => {
  let requests = 1;
  return {
    count: (containers) => {
      const running = containers.filter(({ state }) => state === 'running').length;
      requests = 1 + containers.length + (measures ? running : 0);
    },
    requests: () => requests,
  };
};

const noUsage: ContainerUsage = { usageById: new Map(), faults: [] };

/** The containers and services as rows, and the signals that are read of them. CPU needs two readings. */
export const containerFeed = (
  daemon: Daemon,
  signals: readonly SignalRequest[],
  effort: RequestCounter,
): Feed => {
  const { source, config } = daemon;
  const measure = createUsageMeter(daemon);
  const events = createEventWatch(daemon);

  const read = async (signal: AbortSignal): Promise<Reading<Workload>> => {
    const [{ containers, faults }] = await Promise.all([
      inspectContainers(daemon, signal),
      daemon.clock.refresh(signal),
    ]);
    effort.count(containers);
    const measured = config.stats ? await measure(containers, signal) : noUsage;
    const stamp = { source, daemon: daemon.name, at: daemon.now(), ahead: daemon.clock.offsetMs() };
    const samples = signals.map(({ id, read: wanted }): Sample => {
      const value = containerSignalValue(dockerReads.parse(wanted), containers, measured.usageById);
      return { source, at: stamp.at, signal: id, labels: {}, ...value };
    });
    return {
      items: workloadRows(containers, measured.usageById, config.jobs, stamp),
      samples,
      faults: [...faults, ...measured.faults],
    };
  };

  return {
    id: `${source}/containers`,
    source,
    name: 'containers',
    kind: 'workloads',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    needsTwo: config.stats,
    get requests() {
      return effort.requests();
    },
    signals: signals.map(({ id }) => id),
    read: async (signal): Promise<Reading<Workload>> => {
      try {
        const batch = await read(signal);
        events.onSuccess();
        return batch;
      } catch (error) {
        events.onFailure();
        return { items: [], faults: [daemon.fault(containerListPath(daemon), error)] };
      }
    },
    watch: events.watch,
  };
};
