import type { WantedSignal } from '../../source.ts';
import { darwinCpu, darwinMemory } from '../parse/darwin.ts';
import { type DiskTimes, diskBusyPercent, diskTimesIn } from '../parse/disk-times.ts';
import { busyPercent, disksIn, loadsIn, memoryPercent, type Ticks, ticksIn } from '../parse/usage.ts';
import { outOf } from '../parse/words.ts';
import type { HostParts } from '../parts.ts';
import { ofForm } from '../reads.ts';
import type { Answered } from '../ssh/batch.ts';
import type { Machine } from '../ssh/machine.ts';
import type { Found, Samples } from './feed.ts';

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
export const usageQuestions = (
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
