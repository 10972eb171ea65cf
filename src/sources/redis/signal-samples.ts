import type { Millis } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import { parseDecimal } from '../kit/values/data-table.ts';
import type { InfoRead } from './config.ts';
import { type InfoFields, infoNumber, infoParts, replicasIn } from './parse.ts';

type Value = Pick<Sample, 'value' | 'why'>;

const missingField = (name: string): Value => ({ why: `INFO of this server has no field ${name}` });

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const percentOf = (part: number | undefined, whole: number | undefined, why: string): Value =>
  part === undefined || whole === undefined || whole <= 0
    ? { why }
    : { value: rounded((100 * part) / whole) };

const percentValue = (what: 'memory' | 'clients' | 'hits', info: InfoFields): Value => {
  const number = (name: string): number | undefined => infoNumber(info, name);
  if (what === 'memory')
    return percentOf(
      number('used_memory'),
      number('maxmemory'),
      'maxmemory is not set, so there is no share to read. Set maxmemory, or read used_memory',
    );
  if (what === 'clients')
    return percentOf(
      number('connected_clients'),
      number('maxclients'),
      'INFO has no maxclients (before 6.2)',
    );
  const hits = number('keyspace_hits');
  const misses = number('keyspace_misses');
  const lookups = hits === undefined || misses === undefined ? undefined : hits + misses;
  return percentOf(hits, lookups, 'no client has looked up a key since the server started');
};

const lagValue = (unit: 'seconds' | 'bytes', info: InfoFields): Value => {
  if (info.get('role') === 'slave') {
    if (info.get('master_link_status') !== 'up')
      return { why: 'the link to the master is down, so the lag is unknown' };
    if (unit === 'bytes') return { why: 'only a master reports the lag in bytes: read lag in seconds here' };
    const seconds = infoNumber(info, 'master_last_io_seconds_ago');
    return seconds === undefined ? missingField('master_last_io_seconds_ago') : { value: seconds };
  }
  const replicas = replicasIn(info);
  if (replicas.length === 0) return { why: 'no replicas are connected, so there is no lag' };
  // A replica that still copies the data set reports a lag of 0.
  const copying = replicas.find(({ state }) => state !== 'online');
  if (copying !== undefined) return { why: `the replica ${copying.address} is ${copying.state}` };
  const position = infoNumber(info, 'master_repl_offset');
  const lags = replicas.map(({ lagSeconds, offset }) =>
    unit === 'seconds'
      ? lagSeconds
      : position === undefined || offset === undefined
        ? undefined
        : position - offset,
  );
  const known = lags.filter((lag) => lag !== undefined);
  return known.length < lags.length ? { why: 'a replica reports no lag yet' } : { value: Math.max(...known) };
};

/** The number of keys of a database. INFO omits empty ones. */
const keysValue = (database: number, info: InfoFields): Value => {
  const line = info.get(`db${database}`);
  if (line === undefined) return { value: 0 };
  const keys = Number(infoParts(line).get('keys'));
  return Number.isInteger(keys) ? { value: keys } : missingField(`db${database}`);
};

const sinceSave = (info: InfoFields): Value => {
  const now = infoNumber(info, 'server_time_usec');
  const saved = infoNumber(info, 'rdb_last_save_time');
  if (now === undefined) return missingField('server_time_usec');
  if (saved === undefined) return missingField('rdb_last_save_time');
  return { value: Math.max(0, Math.round(now / 1_000_000 - saved)) };
};

const fieldValue = (name: string, info: InfoFields): Value => {
  const text = info.get(name);
  if (text === undefined) return missingField(name);
  if (text === '') return { why: `${name} is empty` };
  return { value: parseDecimal(text) ?? text };
};

/** A counter at the previous reading. */
interface CounterReading {
  readonly at: Millis;
  readonly value: number;
}

/** Calculates the samples of signals from INFO. Keeps the counters of the previous reading, for rates. */
export interface InfoSampler {
  value(read: InfoRead, info: InfoFields, time: Millis): Value;
}

export const openInfoSampler = (): InfoSampler => {
  const counters = new Map<string, CounterReading>();
  let run: string | undefined;
  const rateValue = (name: string, info: InfoFields, time: Millis): Value => {
    const value = infoNumber(info, name);
    if (value === undefined) return missingField(name);
    const before = counters.get(name);
    if (before === undefined || before.at < time) counters.set(name, { at: time, value });
    if (before === undefined) return { why: 'no data yet: a rate needs two readings' };
    if (value < before.value)
      return {
        why: 'no data: CONFIG RESETSTAT or a restart has reset the counter. Wait for the next reading',
      };
    const seconds = (time - before.at) / 1000;
    return seconds > 0
      ? { value: rounded((value - before.value) / seconds) }
      : { why: 'no data yet: the server clock has not moved since the previous reading' };
  };
  return {
    value: (read, info, position) => {
      // A restart resets the counters.
      if (info.get('run_id') !== run) counters.clear();
      run = info.get('run_id');
      if ('info' in read) return fieldValue(read.info, info);
      if ('rate' in read) return rateValue(read.rate, info, position);
      if ('percent' in read) return percentValue(read.percent, info);
      if ('lag' in read) return lagValue(read.lag, info);
      if ('keys' in read) return keysValue(read.keys, info);
      return sinceSave(info);
    },
  };
};
