import type { Container } from '../../model/compose/container.ts';
import { heapUsedOf } from '../../model/gauges.ts';
import type { Sight } from './daemon.ts';
import { never, stamp } from './pages.ts';

const mebibyte = 1024 * 1024;
const cores = 2;
const machineBytes = 16 * 1024 * mebibyte;
/** What a process needs beside its heap. */
const besideHeap = 160 * mebibyte;
const ofDependency = 96 * mebibyte;
/** Counters begin somewhere; smaller numbers stay exact. */
const bootedAt = 1_700_000_000_000;
const pageCache = 4 * mebibyte;

const noCpu = { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 };
const noThrottling = { periods: 0, throttled_periods: 0, throttled_time: 0 };
const before = { cpu_usage: noCpu, throttling_data: noThrottling };

/** `GET /containers/{id}/stats`: nanoseconds of CPU that grow with time, memory as the instance's heap. */
export const meters = (sight: Sight, container: Container) => {
  const own = { id: container.id, name: `/${container.name}` };
  if (!container.isRunning)
    return { ...own, read: never, preread: never, cpu_stats: before, precpu_stats: before, memory_stats: {} };
  const { env, compose } = sight;
  const instance = compose.instanceIn(container);
  const busy = 0.02 + 0.01 * (instance?.requestsPerSecond ?? 1);
  const used = instance === undefined ? ofDependency : besideHeap + heapUsedOf(env, instance);
  return {
    ...own,
    read: stamp(sight.at),
    preread: never,
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
