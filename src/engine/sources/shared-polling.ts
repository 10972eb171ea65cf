import type { SharedReadings } from '../../domain/facts/shared-reading.ts';
import type { Profile, SourceEntry } from '../../domain/profile/profile.ts';
import { checklistFeeds } from '../../runs/evidence/check-feeds.ts';
import type { SharedPolling } from '../../scheduler/feed-loop.ts';
import { feedInfo } from '../../scheduler/poller.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import type { OpenedSource } from './open-sources.ts';

/** True for data that JSON represents completely: nothing else can be compared between processes. */
const isPlain = (value: unknown): boolean => {
  if (value === null || ['string', 'boolean', 'undefined'].includes(typeof value)) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object') return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, sorted(part)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * Everything on which the responses of a source depend, with its credentials. Undefined: they depend on something that another
 * process may not have, so its readings are not shared.
 */
const accessText = (
  profile: Profile,
  { id, type, config, via, login }: SourceEntry,
  module: SourceModule | undefined,
  { withCredentials, network }: SharedReadings,
): string | undefined => {
  if (module?.readingAccess === undefined || module.plugin !== undefined) return undefined;
  if (via !== undefined || login !== undefined) return undefined;
  const access = module.readingAccess(config);
  if (access === undefined || (access.hasSecrets && !withCredentials)) return undefined;
  if (access.isLocal && network === undefined) return undefined;
  const { system, env, signals, logViews, logs } = profile;
  const own = signals.filter(({ source }) => source === id).map((signal) => [signal.id, signal.read]);
  const lines = module.countsLines === true ? { logViews, logs } : {};
  const place = access.isLocal ? { network } : {};
  const parts = { system, env, id, type, config, signals: own, ...lines, ...place };
  return isPlain(parts) ? JSON.stringify(sorted(parts)) : undefined;
};

interface Parts {
  readonly modules: readonly SourceModule[];
  readonly readings: SharedReadings;
  /** False: nothing is taken from others now. */
  mayTake(): boolean;
}

/**
 * The feeds whose readings other processes may take, and whose readings are taken from others: those of source types that
 * declare it, reached directly, with the access that the profile describes completely. Not those that decide an item of a
 * checklist, which is a gate of runbooks.
 */
export const createSharedPolling = (
  profile: Profile,
  opened: readonly OpenedSource[],
  { modules, readings, mayTake }: Parts,
): ReadonlyMap<string, SharedPolling> => {
  const all = opened.flatMap(({ feeds }) => feeds);
  const gates = new Set(checklistFeeds(profile.checklists ?? [], all, profile.signals));
  return new Map(
    opened.flatMap(({ entry, feeds }) => {
      const module = modules.find(({ type }) => type === entry.type);
      // A source that is off may have an incomplete config.
      const text = feeds.length === 0 ? undefined : accessText(profile, entry, module, readings);
      if (text === undefined) return [];
      const source = readings.source(text);
      return feeds.flatMap((feed): (readonly [string, SharedPolling])[] => {
        const shared =
          feed.watch === undefined && !gates.has(feed.id) ? source.feed(feedInfo(feed)) : undefined;
        return shared === undefined ? [] : [[feed.id, { ...shared, mayTake }]];
      });
    }),
  );
};
