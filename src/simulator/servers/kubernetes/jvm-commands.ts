import type { ServiceInstance } from '../../model/instances/instance.ts';
import { heapCapacityOf, heapUsedOf } from '../../model/instances/instance-gauges.ts';
import type { CommandOutcome, PodCommand } from './pod-command.ts';

const kib = (bytes: number): number => Math.round(bytes / 1024);

const heapInfo = (used: number, capacity: number, max: number): string =>
  [
    '1:',
    ` ZHeap           used ${Math.round(used / 1024 ** 2)}M, capacity ${Math.round(capacity / 1024 ** 2)}M, max capacity ${Math.round(max / 1024 ** 2)}M`,
    ' Metaspace       used 94211K, committed 99328K, reserved 1146880K',
    '',
  ].join('\n');

/** The largest classes; a leak consists mostly of event envelopes. */
const histogram = (used: number, held: number): string => {
  const rows: readonly (readonly [share: number, size: number, name: string])[] = [
    [0.34 + held * 0.3, 96, '[B (java.base@24.0.2)'],
    [0.12 + held * 0.2, 64, 'app.bus.EventEnvelope'],
    [0.08, 24, 'java.lang.String (java.base@24.0.2)'],
    [0.05, 48, 'java.util.HashMap$Node (java.base@24.0.2)'],
  ];
  const lines = rows
    .map(([share, size, name]) => ({ bytes: Math.round(used * share), size, name }))
    .sort((a, b) => b.bytes - a.bytes)
    .map(
      ({ bytes, size, name }, index) =>
        `${String(index + 1).padStart(4)}: ${String(Math.round(bytes / size)).padStart(13)} ${String(bytes).padStart(14)}  ${name}`,
    );
  return [
    '1:',
    ' num     #instances         #bytes  class name (module)',
    '-------------------------------------------------------',
    ...lines,
    '',
  ].join('\n');
};

/** Reachable fraction of the used heap, the only part in a dump; a simulated dump takes seconds. */
const liveShare = 0.02;

/** Output of jcmd with the duration; it does not overwrite files. */
const heapDump = ({ life, cluster }: PodCommand, path: string, used: number): string => {
  if (life.dumps.has(path)) return `1:\nDumping heap to ${path} ...\nUnable to create ${path}: File exists\n`;
  const bytes = Math.round(used * liveShare);
  life.dumps.set(path, { bytes, at: cluster.env.now });
  return `1:\nDumping heap to ${path} ...\nHeap dump file created [${bytes} bytes in 4.812 secs]\n`;
};

/** Major cycles started by the JVM; explicit ones are added. */
const ownMajorCycles = 6;

/** Generational ZGC: minor cycles are in YGC, major ones in CGC; there is no FGC. Source: OpenJDK, jstat_options. */
const jstat = (used: number, capacity: number, ordered: number): string =>
  `    S0C         S1C         S0U         S1U          EC           EU           OC           OU          MC         MU       CCSC      CCSU     YGC     YGCT     FGC    FGCT     CGC    CGCT       GCT\n        0.0         0.0         0.0         0.0          0.0          0.0    ${kib(capacity)}.0    ${kib(used)}.0   99328.0   94211.4   11264.0   10417.2   118     0.412     -         -   ${ownMajorCycles + ordered}     0.021     0.433\n`;

const jcmd = (command: PodCommand, instance: ServiceInstance): CommandOutcome => {
  const { cluster, argv } = command;
  const [, pid, what] = argv;
  const used = (): number => heapUsedOf(cluster.env, instance);
  if (pid !== '1') return { out: '1 /app/app.jar\n', code: 0 };
  if (what === 'GC.heap_info')
    return { out: heapInfo(used(), heapCapacityOf(cluster.env, instance), instance.heapMaxBytes), code: 0 };
  if (what === 'GC.class_histogram') return { out: histogram(used(), instance.heapRetained ?? 0), code: 0 };
  if (what === 'GC.heap_dump') return { out: heapDump(command, argv[3] ?? '', used()), code: 0 };
  if (what !== 'GC.run')
    return { out: '1:\n', err: `java.lang.IllegalArgumentException: Unknown diagnostic command\n`, code: 1 };
  if (instance.isHeapGarbage) instance.heapRetained = undefined;
  instance.collectedAt = cluster.env.now;
  instance.collections += 1;
  return { out: '1:\nCommand executed successfully\n', code: 0 };
};

/** `jcmd`, `jstat` and `java` if process 1 is a JVM; undefined for other programs. */
export const runJvmCommand = (command: PodCommand): CommandOutcome | undefined => {
  const { cluster, life, argv } = command;
  const { instance } = life;
  const isJava = cluster.spec.services[life.role.service ?? '']?.runtime === 'java';
  if (!isJava) return undefined;
  if (argv[0] === 'java')
    return {
      out: 'openjdk 24.0.2 2025-07-15\nOpenJDK Runtime Environment (build 24.0.2+12-54)\nOpenJDK 64-Bit Server VM (build 24.0.2+12-54, mixed mode, sharing)\n',
      code: 0,
    };
  if (argv[0] !== 'jcmd' && argv[0] !== 'jstat') return undefined;
  if (instance === undefined) return { err: '1: well-known file is not secure or does not exist\n', code: 1 };
  if (argv[0] === 'jcmd') return jcmd(command, instance);
  const used = heapUsedOf(cluster.env, instance);
  const capacity = heapCapacityOf(cluster.env, instance);
  return { out: jstat(used, capacity, instance.collections), code: 0 };
};
