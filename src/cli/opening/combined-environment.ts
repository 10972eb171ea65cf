import { dirname, resolve } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { FeedKind, Reading } from '../../domain/facts/reading.ts';
import type { Profile, SourceEntry } from '../../domain/profile/profile.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import type { ProfileCatalogEntry } from '../../profile/catalog/profile-catalog.ts';
import { mergeGuard } from '../../runs/policy/guard.ts';
import { strictestTier } from '../../runs/policy/tiers.ts';
import type { Feed, Source, SourceModule } from '../../sources/kit/contract/source.ts';

/** The environment of `SYSTEM/*`. */
export const allEnvironments = '*';

/** The entry of one list over several environments of a system. It has no file. */
export interface CombinedEntry extends ProfileCatalogEntry {
  readonly combines: readonly ProfileCatalogEntry[];
}

/** The kinds of a combined list: those whose rows tell clusters apart, by their source or a label. */
export const combinedKinds: readonly FeedKind[] = ['workloads', 'alerts', 'lag'];

/** True for the entry of several environments. */
export const isCombined = (entry: ProfileCatalogEntry): entry is CombinedEntry => 'combines' in entry;

/** The system of `SYSTEM/*`; undefined for any other name. */
export const combinedSystem = (requested: string | undefined): string | undefined =>
  /^([^/*]+)\/\*$/.exec(requested ?? '')?.[1];

/** The entry of all environments of a system; undefined for fewer than two. */
export const combinedEntry = (
  entries: readonly ProfileCatalogEntry[],
  system: string,
): CombinedEntry | undefined => {
  const combines = entries.filter((entry) => entry.system === system);
  const [first, second] = combines;
  if (first === undefined || second === undefined) return undefined;
  return {
    system,
    env: allEnvironments,
    title: `${system}: ${combines.map(({ env }) => env).join(', ')}`,
    tier: combines.map(({ tier }) => tier).reduce(strictestTier),
    file: first.file,
    dir: first.dir,
    combines,
  };
};

/** The id of a source among those of all environments. */
const sourceIdIn = (env: string, id: string): string => `${env}-${id}`;

const sourceIn = (env: string, entry: SourceEntry): SourceEntry => {
  const { via, problem, ...rest } = entry;
  const id = sourceIdIn(env, entry.id);
  return {
    ...rest,
    id,
    ...(via === undefined
      ? {}
      : { via: 'source' in via ? { ...via, source: sourceIdIn(env, via.source) } : via }),
    ...(problem === undefined ? {} : { problem: { ...problem, source: id } }),
  };
};

/**
 * The profile of one list over several environments: their sources, and nothing that acts. Signals and runbooks belong to one
 * environment, and stay there.
 */
const combinedProfile = (
  { system, tier, title, file }: CombinedEntry,
  profiles: readonly Profile[],
): Profile => ({
  system,
  env: allEnvironments,
  title,
  tier,
  file,
  across: [],
  sources: profiles.flatMap(({ env, sources }) => sources.map((entry) => sourceIn(env, entry))),
  environmentBySource: Object.fromEntries(
    profiles.flatMap(({ env, sources }) => sources.map(({ id }) => [sourceIdIn(env, id), env])),
  ),
  signals: [],
  limits: profiles[0]?.limits ?? {},
  logViews: [],
  runbooks: [],
  contacts: [],
  links: [],
  guard: { ...mergeGuard(tier, { readOnly: true }), actions: [] },
  authority: [{ id: 'everyone', title: 'everyone', who: ['*'], may: 'read', also: [] }],
});

/** Labels that tell clusters apart, in the order in which they are tried: the first that the alert does not have. */
const clusterLabels = ['cluster', 'env', 'opsdeck_env'] as const;

const alertOf = (alert: Alert, env: string): Alert => {
  const label = clusterLabels.find((name) => alert.labels[name] === undefined);
  return label === undefined ? alert : { ...alert, labels: { ...alert.labels, [label]: env } };
};

/** Equal alerts of two clusters would be merged into one without a label that tells them apart. */
const feedIn = (env: string, feed: Feed): Feed => {
  if (feed.kind !== 'alerts') return feed;
  const watch = feed.watch?.bind(feed);
  const readHistory = feed.readHistory?.bind(feed);
  return {
    ...feed,
    read: async (signal) => {
      const reading = (await feed.read(signal)) as Reading<Alert>;
      return { ...reading, items: reading.items.map((alert) => alertOf(alert, env)) };
    },
    ...defined({ watch, readHistory }),
  };
};

const sourceOf = (env: string, source: Source): Source => ({
  ...source,
  close: () => source.close(),
  // What is only shown offers no action, whatever the guard says.
  operations: [],
  feeds: source.feeds.map((feed) => feedIn(env, feed)),
});

interface Place {
  readonly env: string;
  readonly dir: string;
}

/** The module, whose sources are opened as those of their own environment: its name, and paths relative to its profile. */
const moduleIn = (module: SourceModule, places: ReadonlyMap<string, Place>): SourceModule => ({
  ...module,
  open: async (opening, io) => {
    const place = places.get(opening.id);
    if (place === undefined) return module.open(opening, io);
    return sourceOf(place.env, await module.open({ ...opening, ...place }, io));
  },
});

/** A profile that was read, with the modules of its sources. */
interface LoadedProfile {
  readonly profile: Profile;
  readonly modules: readonly SourceModule[];
}

/** Combines the profiles of several environments into one that only shows. */
export const combineProfiles = (entry: CombinedEntry, loaded: readonly LoadedProfile[]): LoadedProfile => {
  const places = new Map(
    loaded.flatMap(({ profile: { env, file, sources } }) =>
      sources.map(({ id }): [string, Place] => [sourceIdIn(env, id), { env, dir: dirname(resolve(file)) }]),
    ),
  );
  const modules = new Map(
    loaded.flatMap((each) => each.modules.map((module) => [module.type, module] as const)),
  );
  return {
    profile: combinedProfile(
      entry,
      loaded.map(({ profile }) => profile),
    ),
    modules: [...modules.values()].map((module) => moduleIn(module, places)),
  };
};
