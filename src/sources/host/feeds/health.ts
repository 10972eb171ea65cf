import { defined } from '../../../domain/base/defined.ts';
import type { FaultKind } from '../../../domain/base/fault.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../../kit/contract/source.ts';
import type { RemoteCommandResult } from '../machine/command-batch.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import { hostSignalsOfForm } from '../machine/config.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import {
  type CpuTicks,
  cpuBusyPercent,
  type DiskTimes,
  diskBusyPercent,
  parseCpuTicks,
  parseDarwinCpu,
  parseDarwinMemory,
  parseDiskTimes,
  parseDiskUsage,
  parseLoadAverages,
  parseMemoryPercent,
} from '../parse/usage.ts';
import type { HostSignalValue } from './machine-feed.ts';
import { machineFeed, SampleCollector } from './machine-feed.ts';

/** One command, and the signals computed from its output. */
interface UsageProbe {
  readonly argv: readonly string[];
  readonly signals: readonly string[];
  readonly needsTwo: boolean;
  collect(answer: RemoteCommandResult | undefined, into: SampleCollector): void;
}

/** The local machine may run macOS; remote machines are assumed to run Linux. */
const isDarwin = ({ address }: Machine): boolean => address === '' && process.platform === 'darwin';

/** Commands for the cpu, memory, load and disk signals; only those that a signal needs. */
const usageProbes = (
  signals: readonly SignalRequest[],
  machine: Machine,
  parts: Pick<HostContext, 'now'>,
): readonly UsageProbe[] => {
  const darwin = isDarwin(machine);
  const question = (
    signals: readonly { readonly id: string }[],
    argv: readonly string[],
    evaluate: (out: string) => HostSignalValue,
    needsTwo = false,
  ): readonly UsageProbe[] => {
    const ids = signals.map(({ id }) => id);
    if (ids.length === 0) return [];
    return [
      {
        argv,
        signals: ids,
        needsTwo,
        collect: (answer, into) => into.add(ids, argv.join(' '), () => evaluate(stdoutOf(answer))),
      },
    ];
  };
  const cpu = hostSignalsOfForm(signals, 'cpu');
  const memory = hostSignalsOfForm(signals, 'memory');
  return [
    ...(darwin
      ? question(cpu, ['top', '-l', '2', '-n', '0', '-s', '1'], (out) => ({ value: parseDarwinCpu(out) }))
      : question(cpu, ['head', '-n', '1', '/proc/stat'], cpuMeter(), true)),
    ...(darwin
      ? question(memory, ['sh', '-c', 'sysctl -n hw.memsize; vm_stat'], (out) => ({
          value: parseDarwinMemory(out),
        }))
      : question(memory, ['cat', '/proc/meminfo'], (out) => ({ value: parseMemoryPercent(out) }))),
    ...([1, 5, 15] as const).flatMap((minutes) =>
      question(
        hostSignalsOfForm(signals, 'load').filter(({ read }) => read.load === minutes),
        darwin ? ['sysctl', '-n', 'vm.loadavg'] : ['cat', '/proc/loadavg'],
        (out) => ({ value: parseLoadAverages(out)[minutes] }),
      ),
    ),
    ...question(
      hostSignalsOfForm(signals, 'diskBusy'),
      ['cat', '/proc/diskstats'],
      diskBusyMeter(parts),
      true,
    ),
    ...[...new Set(hostSignalsOfForm(signals, 'disk').map(({ read }) => read.disk))].flatMap((path) =>
      question(
        hostSignalsOfForm(signals, 'disk').filter(({ read }) => read.disk === path),
        ['df', '-P', '-k', '--', path],
        (out) => diskValue(path, parseDiskUsage(out)),
      ),
    ),
  ];
};

/** The usage of the file system of a path: a path whose disk was unmounted is on another one. */
const diskValue = (path: string, [disk]: ReturnType<typeof parseDiskUsage>): HostSignalValue => {
  if (disk === undefined) return { why: `df reports no file system for ${path}. Check the path in disks` };
  const { device, mountedOn, usedPercent } = disk;
  return {
    value: usedPercent,
    origin: { objects: { [`the file system of ${path}`]: `${device} ${mountedOn}` } },
  };
};

/** Keeps the previous disk times and their timestamp. */
const diskBusyMeter = ({ now }: Pick<HostContext, 'now'>): ((out: string) => HostSignalValue) => {
  let before: { readonly times: DiskTimes; readonly at: number } | undefined;
  return (out) => {
    const times = parseDiskTimes(out);
    const time = now();
    const busy = before === undefined ? undefined : diskBusyPercent(before.times, times, time - before.at);
    before = { times, at: time };
    return busy === undefined
      ? { why: 'there is no value yet: the rate needs two readings' }
      : { value: busy };
  };
};

/** Keeps the previous ticks: the value covers the time since then. */
const cpuMeter = (): ((out: string) => HostSignalValue) => {
  let before: CpuTicks | undefined;
  return (out) => {
    const now = parseCpuTicks(out);
    const busy = before === undefined ? undefined : cpuBusyPercent(before, now);
    before = now;
    return busy === undefined
      ? { why: 'there is no value yet: the rate needs two readings' }
      : { value: busy };
  };
};

/** An unresponsive machine is down; a rejected login or a local failure leaves its state unknown. */
const downFaultKinds: readonly FaultKind[] = ['unreachable', 'timeout', 'malformed'];

/**
 * Reachability of a machine, as a probe: always one health row, named after the source, with the machine as its
 * instance. Its latency is that of the commands, without the login: a slow login (DNS, key exchange) says nothing about
 * the load of the machine. The same command also reads CPU, memory, disks and load, as far as signals need them.
 */
export const hostHealthFeed = (
  parts: HostContext,
  machine: Machine,
  signals: readonly SignalRequest[],
): Feed => {
  const { source, env } = parts;
  const questions = usageProbes(signals, machine, parts);
  const row = (status: HealthStatus, detail: string, latencyMs?: number): Health => ({
    source,
    env,
    at: parts.now(),
    service: source,
    instance: machine.name,
    status,
    detail,
    components: [],
    ...defined({ latencyMs }),
  });

  const read = async (signal: AbortSignal): Promise<Reading<Health>> => {
    const commands = questions.length === 0 ? [['true']] : questions.map(({ argv }) => argv);
    const samples = new SampleCollector(parts, machine);
    try {
      const { results: all, latencyMs } = await runBatch(parts, machine, commands, signal);
      for (const [index, question] of questions.entries()) question.collect(all[index], samples);
      return { items: [row('up', '', latencyMs)], samples: samples.samples, faults: samples.faults };
    } catch (error) {
      const fault = samples.fault(connectCommand(machine), error);
      if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
      const why = error instanceof WireError ? error.message : fault.message;
      return { items: [row(downFaultKinds.includes(fault.kind) ? 'down' : 'unknown', why)], faults: [fault] };
    }
  };

  return machineFeed(
    parts,
    machine,
    {
      name: 'health',
      kind: 'health',
      probe: true,
      signals: questions.flatMap((question) => question.signals),
      ...(questions.some(({ needsTwo }) => needsTwo) ? { needsTwo: true } : {}),
    },
    read,
  );
};

const connectCommand = ({ address }: Machine): string => (address === '' ? 'sh' : `ssh ${address}`);
