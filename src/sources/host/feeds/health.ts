import type { FaultKind } from '../../../domain/fault.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { WireError } from '../../../platform/failures.ts';
import type { Feed, WantedSignal } from '../../source.ts';
import { ofForm } from '../config.ts';
import {
  busyPercent,
  type DiskTimes,
  darwinCpu,
  darwinMemory,
  diskBusyPercent,
  disksIn,
  diskTimesIn,
  loadsIn,
  memoryPercent,
  type Ticks,
  ticksIn,
} from '../parse/usage.ts';
import type { HostParts } from '../parts.ts';
import type { Answered } from '../ssh/ask.ts';
import { ask, outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import type { Found } from './feed.ts';
import { machineFeed, Samples } from './feed.ts';

/** One command, and the signals that its answer gives. */
interface UsageQuestion {
  readonly argv: readonly string[];
  readonly signals: readonly string[];
  readonly needsTwo: boolean;
  answer(answer: Answered | undefined, into: Samples): void;
}

/** This machine may be a Mac; what is behind ssh is taken for Linux. */
const isDarwin = ({ address }: Machine): boolean => address === '' && process.platform === 'darwin';

/** What has to be asked for the cpu, memory, load and disk signals: nothing that no signal wants. */
const usageQuestions = (
  signals: readonly WantedSignal[],
  machine: Machine,
  parts: Pick<HostParts, 'now'>,
): readonly UsageQuestion[] => {
  const darwin = isDarwin(machine);
  const question = (
    wanted: readonly { readonly id: string }[],
    argv: readonly string[],
    found: (out: string) => Found,
    needsTwo = false,
  ): readonly UsageQuestion[] => {
    const ids = wanted.map(({ id }) => id);
    if (ids.length === 0) return [];
    return [
      {
        argv,
        signals: ids,
        needsTwo,
        answer: (answer, into) => into.add(ids, argv.join(' '), () => found(outOf(answer))),
      },
    ];
  };
  const [cpu, memory] = [ofForm(signals, 'cpu'), ofForm(signals, 'memory')];
  return [
    ...(darwin
      ? question(cpu, ['top', '-l', '2', '-n', '0', '-s', '1'], (out) => ({ value: darwinCpu(out) }))
      : question(cpu, ['head', '-n', '1', '/proc/stat'], cpuSince(), true)),
    ...(darwin
      ? question(memory, ['sh', '-c', 'sysctl -n hw.memsize; vm_stat'], (out) => ({
          value: darwinMemory(out),
        }))
      : question(memory, ['cat', '/proc/meminfo'], (out) => ({ value: memoryPercent(out) }))),
    ...([1, 5, 15] as const).flatMap((minutes) =>
      question(
        ofForm(signals, 'load').filter(({ read }) => read.load === minutes),
        darwin ? ['sysctl', '-n', 'vm.loadavg'] : ['cat', '/proc/loadavg'],
        (out) => ({ value: loadsIn(out)[minutes] }),
      ),
    ),
    ...question(ofForm(signals, 'diskBusy'), ['cat', '/proc/diskstats'], diskBusySince(parts), true),
    ...[...new Set(ofForm(signals, 'disk').map(({ read }) => read.disk))].flatMap((path) =>
      question(
        ofForm(signals, 'disk').filter(({ read }) => read.disk === path),
        ['df', '-P', '-k', '--', path],
        (out) => ({ value: disksIn(out)[0]?.usedPercent ?? 0 }),
      ),
    ),
  ];
};

/** Remembers the times of the last reading, and when that was. */
const diskBusySince = ({ now }: Pick<HostParts, 'now'>): ((out: string) => Found) => {
  let before: { readonly times: DiskTimes; readonly at: number } | undefined;
  return (out) => {
    const [times, at] = [diskTimesIn(out), now()];
    const busy = before === undefined ? undefined : diskBusyPercent(before.times, times, at - before.at);
    before = { times, at };
    return busy === undefined ? { why: 'it takes two readings, with time between them' } : { value: busy };
  };
};

/** Remembers the ticks of the last reading: the value is that of the time since then. */
const cpuSince = (): ((out: string) => Found) => {
  let before: Ticks | undefined;
  return (out) => {
    const now = ticksIn(out);
    const busy = before === undefined ? undefined : busyPercent(before, now);
    before = now;
    return busy === undefined ? { why: 'it takes two readings, with time between them' } : { value: busy };
  };
};

/** A machine that does not answer is down; when it will not let us in, or our own side fails, nothing is known of it. */
const isDown: readonly FaultKind[] = ['unreachable', 'timeout', 'malformed'];

/**
 * Whether a machine can be reached, as a probe: always one health row, called after the source, its instance the machine.
 * With the same answer come CPU, memory, disks and load, as far as signals want them.
 */
export const healthFeed = (parts: HostParts, machine: Machine, signals: readonly WantedSignal[]): Feed => {
  const { source, env } = parts;
  const questions = usageQuestions(signals, machine, parts);
  const row = (status: HealthStatus, detail: string, latencyMs?: number): Health => ({
    source,
    env,
    at: parts.now(),
    service: source,
    instance: machine.name,
    status,
    detail,
    components: [],
    ...(latencyMs === undefined ? {} : { latencyMs }),
  });

  const read = async (signal: AbortSignal): Promise<Batch<Health>> => {
    const commands = questions.length === 0 ? [['true']] : questions.map(({ argv }) => argv);
    const samples = new Samples(parts, machine);
    try {
      const { all, latencyMs } = await ask(parts, machine, commands, signal);
      for (const [index, question] of questions.entries()) question.answer(all[index], samples);
      return { items: [row('up', '', latencyMs)], samples: samples.all, faults: samples.faults };
    } catch (error) {
      const fault = samples.fault(reach(machine), error);
      if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
      const why = error instanceof WireError ? error.message : fault.message;
      return { items: [row(isDown.includes(fault.kind) ? 'down' : 'unknown', why)], faults: [fault] };
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

const reach = ({ address }: Machine): string => (address === '' ? 'sh' : `ssh ${address}`);
