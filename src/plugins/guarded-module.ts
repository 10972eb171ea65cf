import type { Fault, FaultKind, Millis } from '../domain/base/fault.ts';
import type { AnyFact, FactKind } from '../domain/facts/facts.ts';
import type { FeedKind, Reading } from '../domain/facts/reading.ts';
import { errorMessage } from '../domain/text/error-message.ts';
import { isObject } from '../domain/text/value-text.ts';
import { isKind, kindOf } from '../kinds/registry/registry.ts';
import { oneLine, sanitizeDeep } from '../platform/masking/sanitize.ts';
import { WireError } from '../platform/runtime/wire-error.ts';
import type { Feed, Source, SourceModule, SourceOptions } from '../sources/kit/contract/source.ts';

type Answer = Awaited<ReturnType<Feed['read']>>;
type Item = Answer['items'][number];

const faultKinds: ReadonlySet<string> = new Set<FaultKind>([
  'cancelled',
  'timeout',
  'throttled',
  'unreachable',
  'denied',
  'missing',
  'malformed',
  'unconfigured',
  'wrong-system',
  'bug',
]);
const isFaultKind = (text: string): text is FaultKind => faultKinds.has(text);

const isFeedKind = (kind: string): kind is FeedKind => kind === 'samples' || kind === 'notes' || isKind(kind);

/** Minimum poll interval of a feed: a shorter one would starve the others. */
const leastEveryMs: Millis = 250;
const mostMessage = 400;

/** Sanitizes rows: removes control sequences and sets the source and time that opsdeck knows. */
const cleaned = <T extends Item>(items: readonly T[], source: string, time: Millis): readonly T[] =>
  items.filter(isObject).map((item) => {
    const stripped = sanitizeDeep(item) as T;
    return { ...stripped, source, at: Number.isFinite(item.at) ? item.at : time };
  });

const cleanedFault = (fault: Fault, source: string, time: Millis): Fault => {
  const { kind, message, remedy, retryAfterMs } = fault;
  return {
    kind: isFaultKind(kind) ? kind : 'bug',
    source,
    message: oneLine(String(message), mostMessage),
    at: time,
    ...(remedy === undefined ? {} : { remedy: oneLine(String(remedy), mostMessage) }),
    ...(Number.isFinite(retryAfterMs) && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  };
};

/** Returns whether the kind's functions work on a row: a row without a required field would break the UI. */
const fitsKind = (kind: FeedKind, item: Item): boolean => {
  if (!isKind(kind)) return true;
  const { identity, label, state, levelOf, json } = kindOf<FactKind>(kind);
  const fact = item as AnyFact;
  try {
    identity(fact);
    label(fact);
    state(fact);
    levelOf(fact, {});
    json(fact, 'ok', String);
    return true;
  } catch {
    return false;
  }
};

const cleanedBatch = (reading: Answer, { source, kind, name }: Feed, time: Millis): Answer => {
  const { items, samples, faults }: Reading<Item> = reading;
  const rows = cleaned(items, source, time);
  const fitting = rows.filter((row) => fitsKind(kind, row));
  const message = `${name}: ${rows.length - fitting.length} rows do not match kind ${kind}`;
  return {
    items: fitting,
    ...(samples === undefined ? {} : { samples: cleaned(samples, source, time) }),
    faults: [
      ...faults.map((fault) => cleanedFault(fault, source, time)),
      ...(fitting.length === rows.length ? [] : [{ kind: 'bug', source, message, at: time } as const]),
    ],
  };
};

/** Returns what is wrong with a feed that a plugin declares; undefined when it is valid. */
const feedProblem = (feed: Feed, id: string, names: readonly string[]): string | undefined => {
  if (!feed.id.startsWith(`${id}/`) || feed.source !== id)
    return `the id and the source of a feed must start with ${id}`;
  if (!names.includes(feed.name))
    return 'the feed is not listed in feedNames. Add the name of the feed to feedNames';
  if (!isFeedKind(feed.kind)) return `no kind is called ${oneLine(feed.kind, 40)}`;
  if (feed.everyMs !== 0 && !(feed.everyMs >= leastEveryMs))
    return `everyMs of the feed is less than ${leastEveryMs}`;
  if (!(feed.timeoutMs > 0) || !(feed.staleMs > 0))
    return 'timeoutMs and staleMs must be above 0. Write milliseconds';
  return undefined;
};

/** Wraps a feed of a plugin: its output is treated as untrusted data. */
const guardedFeed = (feed: Feed, now: () => Millis): Feed => ({
  ...feed,
  read: async (signal) => {
    const reading = await feed.read(signal);
    if (!Array.isArray(reading?.items) || !Array.isArray(reading.faults))
      throw new TypeError('read() must return { items, faults }');
    return cleanedBatch(reading, feed, now());
  },
});

/**
 * Wraps a plugin's source type: sanitizes and stamps what its feeds return, and rejects invalid declarations when a
 * source is opened. It has the same io as every other source: `open` gets the reading io, operations get a lease.
 */
export const guardedModule = (module: SourceModule, plugin: string): SourceModule => {
  const failed = (what: string, error: unknown): string =>
    oneLine(`plugin ${plugin}: ${what} failed: ${errorMessage(error)}`);
  const { checkRead, gives } = module;
  return {
    ...module,
    plugin,
    ...(checkRead && {
      checkRead: (read, config) => {
        try {
          return checkRead.call(module, read, config);
        } catch (error) {
          return failed('checkRead', error);
        }
      },
    }),
    ...(gives && {
      gives: (config) => {
        try {
          return gives.call(module, config);
        } catch {
          return { kinds: [] };
        }
      },
    }),
    open: async (opening: SourceOptions<unknown>, io): Promise<Source> => {
      const source = await module.open(opening, io);
      const { id } = opening;
      for (const feed of source.feeds) {
        const problem = feedProblem(feed, id, module.feedNames);
        if (problem !== undefined)
          throw new WireError('bug', `plugin ${plugin}: feed ${oneLine(String(feed.id), 60)}: ${problem}`);
      }
      return {
        ...source,
        id,
        feeds: source.feeds.map((feed) => guardedFeed(feed, () => io.clock.now())),
      };
    },
  };
};
