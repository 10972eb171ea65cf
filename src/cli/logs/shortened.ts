import { inTimeFor } from '../../logs/following/in-time.ts';
import { createLevelOf } from '../../logs/following/level-of.ts';
import { createLineScan } from '../../logs/following/line-scan.ts';
import { pastPassing } from '../../logs/following/past-depth.ts';
import { passingTail } from '../../logs/following/tail-depth.ts';
import type { HeadOptions } from '../../logs/format/head.ts';
import type { Tail } from '../../logs/reading/tail.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Source } from '../../sources/source.ts';
import type { LogRequest } from './request.ts';

/** What is shown of a stream that is written to all the time, when nobody says. */
const liveLines = 200;

interface ShortParts {
  readonly request: LogRequest;
  readonly sources: ReadonlyMap<string, Source>;
  readonly clock: Clock;
  readonly head: HeadOptions;
  /** Stdout is a terminal. */
  readonly isForPerson: boolean;
}

/** How many lines of a stream are wanted that pass; undefined: all of them. `isFile`: the stream is one. */
const lastWanted = (
  { request: { tail: asked, since, show }, isForPerson }: Pick<ShortParts, 'request' | 'isForPerson'>,
  isFile: boolean,
): number | undefined => {
  if (asked !== undefined) return asked === 'all' ? undefined : asked;
  if (since !== undefined || show === 'count') return undefined;
  return isFile && !isForPerson ? undefined : liveLines;
};

/** The same sources, their streams begun where what is wanted of them begins, or not long before. */
export const shortened = (parts: ShortParts): ReadonlyMap<string, Source> => {
  const { filter, until } = parts.request;
  const isAll = filter.include.length === 0 && filter.exclude.length === 0 && filter.least === undefined;
  const inTime = inTimeFor(filter);
  const judgingOf = () => ({ scan: createLineScan(filter, createLevelOf(parts.head)), inTime });
  const shorten = (tail: Tail): Tail => {
    const wanted = lastWanted(parts, tail.isFile === true);
    if (wanted === undefined) return tail;
    if (until !== undefined) return pastPassing(tail, until - parts.clock.wallOffset(), wanted, judgingOf);
    return passingTail(tail, wanted, isAll ? undefined : judgingOf);
  };
  const withShort = (source: Source): Source => ({
    ...source,
    tails: async (of, signal) => ((await source.tails?.(of, signal)) ?? []).map(shorten),
  });
  return new Map(
    [...parts.sources].map(([id, source]) => [id, source.tails === undefined ? source : withShort(source)]),
  );
};
