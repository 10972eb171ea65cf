import { parseDuration } from '../../domain/duration.ts';
import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import { staleAfter } from '../connection.ts';
import type { Feed, WantedSignal } from '../source.ts';
import type { ExecRead } from './config.ts';
import { outputValue } from './output-value.ts';
import type { ScriptParts } from './parts.ts';
import { execReadOf } from './reads.ts';
import { failureOf } from './verdict.ts';

interface Wanted {
  readonly id: string;
  readonly read: ExecRead;
}

/** One feed per program that signals name: however many read its output, it is run once. */
export const execFeeds = (parts: ScriptParts, signals: readonly WantedSignal[]): readonly Feed[] => {
  const groups = new Map<string, Wanted[]>();
  for (const { id, read } of signals) {
    const exec = execReadOf(read);
    if (exec === undefined) continue;
    const key = JSON.stringify(exec.exec);
    groups.set(key, [...(groups.get(key) ?? []), { id, read: exec }]);
  }
  return [...groups.values()].map((wanted) => execFeed(parts, wanted));
};

const execFeed = (parts: ScriptParts, wanted: readonly Wanted[]): Feed => {
  const { source, config, end } = parts;
  const argv = wanted[0]?.read.exec ?? [];
  const timeouts = wanted.map(({ read }) =>
    read.timeout === undefined ? undefined : parseDuration(read.timeout),
  );

  const read = async (signal: AbortSignal): Promise<Batch<Sample>> => {
    const items: Sample[] = [];
    const faults: Fault[] = [];
    const failed = (error: unknown): void => {
      const fault = parts.fault(argv, error);
      if (faults.every((one) => one.message !== fault.message)) faults.push(fault);
    };
    try {
      const end = await parts.io.run(parts.program(argv), signal);
      for (const one of wanted)
        try {
          const failure = failureOf(one.read.parse, end);
          if (failure !== undefined) throw failure;
          const stamp = { source, at: parts.now(), signal: one.id, labels: parts.labels };
          items.push({ ...stamp, ...outputValue(one.read.parse, end, one.read) });
        } catch (error) {
          failed(error);
        }
    } catch (error) {
      failed(error);
    }
    return { items, faults };
  };

  return {
    // Named after its first signal: an argv may hold what nobody should read in a list of feeds.
    id: `${source}/values:${wanted[0]?.id ?? ''}${end === '' ? '' : `@${end}`}`,
    source,
    name: 'values',
    ...(end === '' ? {} : { instance: end }),
    kind: 'samples',
    signals: wanted.map(({ id }) => id),
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: Math.max(...timeouts.map((timeout) => timeout ?? config.timeout)),
    read,
  };
};
