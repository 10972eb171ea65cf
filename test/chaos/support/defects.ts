import type { AnyFact, Note, Sample } from '../../../src/domain/facts/facts.ts';
import type { Reading } from '../../../src/domain/facts/reading.ts';
import type { Feed, SourceModule } from '../../../src/sources/kit/contract/source.ts';

type Read = Feed['read'];

/** A defect of a source: what it reads instead. */
export type Defect = (feed: Feed) => Read;

/** Changes the feeds of a source. */
export const withFeeds = (module: SourceModule, feedOf: (feed: Feed) => Feed): SourceModule => ({
  ...module,
  open: async (options, io) => {
    const opened = await module.open(options, io);
    return { ...opened, close: () => opened.close(), feeds: opened.feeds.map(feedOf) };
  },
});

/** Repeats the last good reading while the system is down. */
export const repeatsLastGood: Defect = (feed) => {
  let last: Reading<AnyFact | Note | Sample> | undefined;
  return async (signal) => {
    const reading = await feed.read(signal);
    const isUp = reading.faults.length === 0 && !reading.items.some(isDown);
    if (isUp) last = reading;
    return last ?? reading;
  };
};

const isDown = (item: object): boolean => 'status' in item && item.status === 'down';

/** Fails forever after an outage. */
export const neverRecovers =
  (isOutage: () => boolean): Defect =>
  (feed) => {
    let isLost = false;
    return async (signal) => {
      if (isOutage()) isLost = true;
      if (!isLost) return feed.read(signal);
      const fault = { kind: 'unreachable', source: feed.source, message: 'no connection', at: 0 } as const;
      return { items: [], faults: [fault] };
    };
  };

/** Shows other objects and values than the system has, since an outage. */
export const invents =
  (isOutage: () => boolean): Defect =>
  (feed) => {
    let isLost = false;
    return async (signal) => {
      if (isOutage()) isLost = true;
      const reading = await feed.read(signal);
      if (!isLost) return reading;
      const { items, samples } = reading;
      return { ...reading, items: items.map(invented), ...(samples && { samples: samples.map(invented) }) };
    };
  };

/** The fields of facts by which their rows are told apart, and the values of samples. */
const inventable = ['name', 'service', 'group', 'pid', 'value'] as const;

const invented = <T extends object>(item: T): T => {
  const field = inventable.find((text) => text in item);
  if (field === undefined) return item;
  const value: unknown = Reflect.get(item, field);
  return { ...item, [field]: typeof value === 'number' ? value + 1_000_000 : `${String(value)}-invented` };
};
