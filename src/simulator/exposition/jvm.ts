import { cpuOf, gcShareOf, heapUsedOf, type Moment, threadsOf } from '../model/gauges.ts';
import type { Sight } from '../servers/sight.ts';
import { counter, type Family, gauge, moving } from './family.ts';

const heap = { area: 'heap', id: 'ZHeap' };
const nonheap = { area: 'nonheap', id: 'Metaspace' };
/** Metaspace as it stands; the JVM has no limit for it and says -1. */
const metaspace = { used: 96_468_992, committed: 101_711_872, max: -1 };

const memory = ({ env, instance }: Sight): readonly Family[] => {
  const max = instance.heapMaxBytes;
  const used = (moment: Moment): number => heapUsedOf(moment, instance);
  return [
    gauge(
      'jvm_memory_committed_bytes',
      'The amount of memory in bytes that is committed for the Java virtual machine to use',
      [
        [heap, max * 0.75],
        [nonheap, metaspace.committed],
      ],
    ),
    gauge(
      'jvm_memory_max_bytes',
      'The maximum amount of memory in bytes that can be used for memory management',
      [
        [heap, max],
        [nonheap, metaspace.max],
      ],
    ),
    {
      name: 'jvm_memory_used_bytes',
      help: 'The amount of used memory',
      type: 'gauge',
      samples: [
        { suffix: '', labels: heap, value: used(env), at: used },
        { suffix: '', labels: nonheap, value: metaspace.used },
      ],
    },
  ];
};

const processor = ({ env, instance, at, toClock }: Sight): readonly Family[] => {
  const upSeconds = (at - toClock(instance.startedAt)) / 1000;
  return [
    counter('process_cpu_time_ns_total', 'The "cpu time" used by the Java Virtual Machine process', [
      [{}, Math.round(upSeconds * 1e8)],
    ]),
    moving(
      'process_cpu_usage',
      'The "recent cpu usage" for the Java Virtual Machine process',
      env,
      (moment) => cpuOf(moment, instance) * 0.8,
    ),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch.', [
      [{}, toClock(instance.startedAt) / 1000],
    ]),
    gauge('process_uptime_seconds', 'The uptime of the Java virtual machine', [[{}, upSeconds]]),
    gauge('system_cpu_count', 'The number of processors available to the Java virtual machine', [[{}, 4]]),
    moving(
      'system_cpu_usage',
      'The "recent cpu usage" of the system the application is running in',
      env,
      (moment) => cpuOf(moment, instance),
    ),
  ];
};

/** What Micrometer's JVM and system binders register. */
export const jvmFamilies = (sight: Sight): readonly Family[] => {
  const { env, instance } = sight;
  return [
    gauge(
      'application_ready_time_seconds',
      'Time taken for the application to be ready to service requests',
      [[{ main_application_class: 'app.Main' }, 6.4]],
    ),
    gauge('application_started_time_seconds', 'Time taken to start the application', [
      [{ main_application_class: 'app.Main' }, 6.31],
    ]),
    moving(
      'jvm_gc_overhead',
      'An approximation of the percent of CPU time used by GC activities over the last lookback period or since monitoring began, whichever is shorter, in the range [0..1]',
      env,
      (moment) => gcShareOf(moment, instance),
    ),
    ...memory(sight),
    moving(
      'jvm_threads_live_threads',
      'The current number of live threads including both daemon and non-daemon threads',
      env,
      (moment) => threadsOf(moment, instance),
    ),
    ...processor(sight),
  ];
};
