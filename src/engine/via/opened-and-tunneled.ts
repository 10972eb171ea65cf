import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { type Clock, withTimeout } from '../../platform/runtime/clock.ts';
import type { Poller } from '../../scheduler/poller.ts';
import { readOnce } from '../../scheduler/read-once.ts';
import type { Source, SourceModule } from '../../sources/kit/contract/source.ts';
import type { ChangeRecorder } from '../journal/recorded-changes.ts';
import type { OpenedSource } from '../sources/open-sources.ts';
import type { TunneledSource } from './tunneled-source.ts';
import type { TunneledSources } from './tunneled-sources.ts';

/** Every source that is open, also through another one. */
export const sourcesById = (
  opened: readonly OpenedSource[],
  reached: TunneledSources,
): ReadonlyMap<string, Source> =>
  new Map(
    opened.flatMap(({ entry, source = reached.get(entry.id)?.source }) =>
      source === undefined ? [] : [[entry.id, source]],
    ),
  );

/** The sources of types that record changes, with why one could not be opened. */
export const changeRecordersOf = (
  opened: readonly OpenedSource[],
  reached: TunneledSources,
  modules: readonly SourceModule[],
): readonly ChangeRecorder[] =>
  opened.flatMap(({ entry, source = reached.get(entry.id)?.source, problem }) =>
    modules.find(({ type }) => type === entry.type)?.recordsChanges !== true
      ? []
      : [
          {
            id: entry.id,
            ...defined({ source, problem }),
          },
        ],
  );

/** Why a source is not open. */
export const openingProblem = (opened: readonly OpenedSource[], source: string, at: Millis): Fault =>
  opened.find(({ entry }) => entry.id === source)?.problem ?? {
    kind: 'missing',
    source,
    message: `this profile has no source called ${source}`,
    at,
  };

/** Requests per second that looking for the endpoints of other sources costs a source. */
export const lookupsThrough = (reached: TunneledSources, source: string): number =>
  reached.all.reduce(
    (sum, { lookupsPerSecond: lookUps }) => (lookUps?.source === source ? sum + lookUps.perSecond : sum),
    0,
  );

/** Reads every feed once. Feeds of a source behind another one have the time that is left once it is reached. */
export const readAllOnce = async (
  {
    poller,
    reached,
    clock,
  }: { readonly poller: Poller; readonly reached: TunneledSources; readonly clock: Clock },
  {
    timeoutMs,
    totalMs,
    signal,
  }: { readonly timeoutMs: Millis; readonly totalMs: Millis; readonly signal: AbortSignal | undefined },
): Promise<void> => {
  const until = clock.now() + timeoutMs;
  const straight = poller.loops.filter((loop) => reached.get(loop.feed.source) === undefined);
  const readReached = async (tunneledSource: TunneledSource): Promise<void> => {
    await withTimeout(clock, timeoutMs, signal, (over) => tunneledSource.ready(over));
    const left = Math.max(0, until - clock.now());
    await readOnce(poller.of(tunneledSource.id), clock, left, signal, totalMs);
  };
  await Promise.all([readOnce(straight, clock, timeoutMs, signal, totalMs), ...reached.all.map(readReached)]);
};
