import { dirname, resolve } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { Profile, SourceEntry, ViaSpec } from '../../domain/profile/profile.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { Poller } from '../../scheduler/poller.ts';
import { feedInfo } from '../../scheduler/poller.ts';
import type { StoreChanges } from '../../scheduler/store-changes.ts';
import {
  closeSource,
  type OpenedSource,
  type OpenOptions,
  openProfileSource,
} from '../sources/open-sources.ts';
import { type TunnelSource, tunnelRouteOf } from './route.ts';
import { createTunneledSource, type TunneledSource } from './tunneled-source.ts';

/** The tunneled sources of an environment. */
export interface TunneledSources {
  readonly all: readonly TunneledSource[];
  get(sourceId: string): TunneledSource | undefined;
  /** Looks up the endpoints of the sources that are due. */
  tick(now: Millis): void;
  close(): Promise<void>;
}

interface TunneledSourcesParts {
  readonly opening: OpenOptions;
  readonly poller: Poller;
  readonly changes: StoreChanges;
}

const hasVia = (entry: SourceEntry): entry is SourceEntry & { readonly via: ViaSpec } =>
  entry.via !== undefined && entry.problem === undefined;

/**
 * Sets up tunneled sources: registers their feeds with the poller and the store when their endpoints are found, and
 * removes them when those are gone. Contacts nothing before the first lookup.
 */
export const openTunneledSources = (
  profile: Profile,
  opened: readonly OpenedSource[],
  { opening, poller, changes }: TunneledSourcesParts,
): TunneledSources => {
  const { clock, modules } = opening;
  const dir = dirname(resolve(profile.file));
  const reached = new Map<string, TunneledSource>();

  const doors = new Map<string, { readonly door: ChangeIo; close(): Promise<unknown> }>();
  const doorOf = (id: string): ChangeIo => {
    const known = doors.get(id);
    if (known !== undefined) return known.door;
    const io = opening.openIo(clock, reached.get(id)?.by);
    const door = io.declaredReads();
    doors.set(id, { door, close: () => Promise.all([io.close(), door.close()]) });
    return door;
  };

  const lead = (id: string): TunnelSource => {
    const openedSource = opened.find(({ entry }) => entry.id === id);
    const source = reached.get(id)?.source ?? openedSource?.source;
    const missing: Fault = {
      kind: 'missing',
      source: id,
      message: 'unknown source',
      at: clock.now(),
    };
    return {
      ...defined({ source }),
      problem: async () => {
        if (source === undefined) return openedSource?.problem ?? missing;
        const identity = poller.identity(id);
        if (identity === undefined || (await identity.mayRead())) return undefined;
        return identity.fault();
      },
      door: () => doorOf(id),
    };
  };

  /** The store is given removed and new feeds; the others keep their state. */
  const reportChange = (id: string, { feeds }: Pick<OpenedSource, 'feeds'>, fault?: Fault): void => {
    const before = poller.of(id).map(({ feed }) => feed.id);
    const after = new Set(feeds.map((feed) => feed.id));
    const closed = before.filter((feed) => !after.has(feed));
    if (closed.length > 0) changes.add({ is: 'closed', feeds: closed });
    if (feeds.length > 0) changes.add({ is: 'opened', feeds: feeds.map(feedInfo) });
    changes.add({ is: 'reached', source: id, ...defined({ fault }) });
    changes.hurry();
  };

  for (const entry of profile.sources) {
    const module = modules.find(({ type }) => type === entry.type);
    if (!hasVia(entry) || module === undefined) continue;
    const { id } = entry;
    const tunneledSource = createTunneledSource({
      entry,
      module,
      way: tunnelRouteOf(entry.via, {
        dir,
        clock,
        lead,
        ...defined({ sshConnector: module.sshConnector?.argv }),
        runHere: (program, signal) => doorOf('').run(program, signal),
      }),
      clock,
      open: (config, by) => openProfileSource(entry, profile, opening, { config, by }),
      closeSource: (source) => closeSource(source, clock),
      opened: (now) => {
        reportChange(id, now);
        poller.put(id, now);
      },
      lost: (fault) => {
        reportChange(id, { feeds: [] }, fault);
        poller.drop(id);
      },
    });
    reached.set(id, tunneledSource);
  }

  return {
    all: [...reached.values()],
    get: (id) => reached.get(id),
    tick: (now) => {
      for (const tunneledSource of reached.values()) tunneledSource.tick(now);
    },
    close: async () => {
      await Promise.all([...reached.values()].map((tunneledSource) => tunneledSource.close()));
      await Promise.all([...doors.values()].map((door) => door.close()));
    },
  };
};
