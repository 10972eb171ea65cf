import type { Fault, Millis } from '../../domain/fault.ts';
import type { LogScope } from '../../logs/format/stream.ts';
import type { Tail } from '../../logs/reading/tail.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/fault.ts';
import type { Source } from '../../sources/source.ts';

/** So long a source may take to say which streams it has. */
const listMs: Millis = 15_000;

/** A stream with the source that it is of. */
export interface Found {
  readonly source: string;
  readonly tail: Tail;
}

/** The streams of some sources as they are now; those that could not say are told to `lost`. */
export const findStreams = async (
  sources: ReadonlyMap<string, Source>,
  of: LogScope['of'],
  { clock, lost }: { readonly clock: Clock; lost(fault: Fault): void },
  signal: AbortSignal,
): Promise<readonly Found[]> => {
  const limit = clock.deadline(listMs);
  const over = AbortSignal.any([signal, limit.signal]);
  const listOne = async (id: string, target: string | undefined): Promise<readonly Found[]> => {
    try {
      const tails = (await sources.get(id)?.tails?.(target, over)) ?? [];
      return tails.map((tail) => ({ source: id, tail }));
    } catch (error) {
      if (!signal.aborted) lost(toFault(id, 'look for streams', error, clock.now()));
      return [];
    }
  };
  try {
    const found = await Promise.all(of.map((one) => listOne(one.source, one.of)));
    const byName = new Map(found.flat().map((one) => [`${one.source}:${one.tail.stream}`, one]));
    return [...byName.values()];
  } finally {
    limit.clear();
  }
};
