import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { jsonValueAt } from '../kit/values/json.ts';
import { field, number, text } from '../kit/values/wire-value.ts';
import type { StatusRead } from './config.ts';
import { numberIn } from './parse.ts';

type Value = Pick<Sample, 'value' | 'why'>;

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** A value of Extended JSON as a signal value: a number, a word, a boolean or a date. */
export const scalarOf = (value: unknown, where: string): Value => {
  if (typeof value === 'number' && Number.isFinite(value)) return { value };
  if (typeof value === 'string') return { value: oneLine(value) };
  if (typeof value === 'boolean') return { value: String(value) };
  if (value === undefined) return { why: `the reply of MongoDB has no value at ${where}: check path:` };
  const long = Number(
    text(field(value, '$numberLong')) ?? text(field(value, '$numberDecimal')) ?? Number.NaN,
  );
  if (Number.isFinite(long)) return { value: long };
  const date = text(field(value, '$date'));
  return date === undefined
    ? { why: `${where} is neither a number nor a text: set path to a single value` }
    : { value: date };
};

const percentOf = (part: number | undefined, whole: number | undefined, why: string): Value =>
  part === undefined || whole === undefined || whole <= 0
    ? { why }
    : { value: rounded((100 * part) / whole) };

/** Fields of the cache of WiredTiger in serverStatus. Source: MongoDB docs, serverStatus, wiredTiger.cache. */
export const cacheOf = (
  status: MongoDocument,
): { readonly max?: number; readonly used?: number; readonly dirty?: number } => {
  const cache = field(field(status, 'wiredTiger'), 'cache');
  const max = numberIn(cache, 'maximum bytes configured');
  const used = numberIn(cache, 'bytes currently in the cache');
  const dirty = numberIn(cache, 'tracked dirty bytes in the cache');
  return {
    ...defined({ max, used, dirty }),
  };
};

const percentValue = (what: 'connections' | 'cache' | 'dirty', status: MongoDocument): Value => {
  if (what === 'connections') {
    const connections = field(status, 'connections');
    const current = numberIn(connections, 'current');
    const available = numberIn(connections, 'available');
    const max = current === undefined || available === undefined ? undefined : current + available;
    return percentOf(current, max, 'serverStatus reports no number of available connections');
  }
  const { max, used, dirty } = cacheOf(status);
  return percentOf(
    what === 'cache' ? used : dirty,
    max,
    'the storage engine is not WiredTiger, so there is no cache to read',
  );
};

/** Counters at the previous reading. */
interface CounterReading {
  readonly at: Millis;
  readonly value: number;
}

/** Calculates the samples of signals from serverStatus. Keeps the counters of the previous reading, for rates. */
export interface StatusSampler {
  value(read: StatusRead, status: MongoDocument, time: Millis): Value;
  /** Call after all values of a reading. */
  next(): void;
}

const firstReading: Value = { why: 'there is no value yet: a rate needs two readings' };

export const openStatusSampler = (): StatusSampler => {
  const counters = new Map<string, CounterReading>();
  const pending = new Map<string, CounterReading>();
  let process: string | undefined;

  /** The increase of a counter; undefined at its first reading. */
  const increase = (
    path: string,
    status: MongoDocument,
    time: Millis,
  ): { readonly by: number; readonly seconds: number } | Value => {
    const value = number(scalarOf(jsonValueAt(status, path), path).value);
    if (value === undefined) return { why: `serverStatus has no number at ${path}: check the path` };
    const before = counters.get(path);
    pending.set(path, { at: time, value });
    if (before === undefined) return firstReading;
    return { by: value - before.value, seconds: (time - before.at) / 1000 };
  };

  const rateValue = (path: string, status: MongoDocument, time: Millis): Value => {
    const more = increase(path, status, time);
    if (!('by' in more)) return more;
    if (more.seconds <= 0)
      return {
        why: 'there is no value yet: the clock of the server has not moved since the previous reading',
      };
    return more.by < 0
      ? { why: 'there is no value, because a restart has reset the counter. Wait for the next reading' }
      : { value: rounded(more.by / more.seconds) };
  };

  const latencyValue = (
    what: 'reads' | 'writes' | 'commands',
    status: MongoDocument,
    time: Millis,
  ): Value => {
    const micros = increase(`opLatencies.${what}.latency`, status, time);
    const operations = increase(`opLatencies.${what}.ops`, status, time);
    if (!('by' in micros)) return micros;
    if (!('by' in operations)) return operations;
    if (operations.by <= 0) return { why: `the server has run no ${what} since the previous reading` };
    return { value: rounded(micros.by / operations.by / 1000) };
  };

  return {
    value: (read, status, position) => {
      // A restart resets the counters; another member has its own.
      const now = `${String(status.host)} ${String(status.pid)}`;
      if (now !== process) counters.clear();
      process = now;
      if ('status' in read) return scalarOf(jsonValueAt(status, read.status), read.status);
      if ('rate' in read) return rateValue(read.rate, status, position);
      if ('percent' in read) return percentValue(read.percent, status);
      return latencyValue(read.latency, status, position);
    },
    next: () => {
      for (const [path, reading] of pending) counters.set(path, reading);
      pending.clear();
    },
  };
};
