import { ageText } from '../../domain/duration.ts';
import { bytes, count, latency, percent } from '../../domain/format.ts';
import { blockerNames } from '../../kinds/sessions/state.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { withoutPasswords } from '../secret-text.ts';
import { numberOf, pidsOf, type Row, textOf, truthOf } from './parse.ts';

/** A line of a table of detail. */
export interface Line {
  readonly title: string;
  readonly text: string;
}

const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');
const queryOf = (row: Row): string => oneLine(withoutPasswords(textOf(row, 'query')), 160);
const ago = (ms: number | undefined): string => (ms === undefined ? 'never' : `${ageText(ms)} ago`);

/** 'SELECT … → mean 12ms · 1,204 calls · 14s in all · 1,204 rows' */
export const statementLine = (row: Row): Line => ({
  title: queryOf(row),
  text: joined(
    `mean ${latency(numberOf(row, 'mean_ms'))}`,
    `${count(numberOf(row, 'calls'))} calls`,
    `${latency(numberOf(row, 'total_ms'))} in all`,
    `${count(numberOf(row, 'rows'))} rows`,
  ),
});

/** A table counts with its indexes and TOAST. */
export const sizeLine = (row: Row): Line => {
  const index = numberOf(row, 'index_bytes');
  return {
    title: `${textOf(row, 'kind')} ${textOf(row, 'name')}`,
    text: joined(bytes(numberOf(row, 'bytes')), index === undefined ? '' : `${bytes(index)} of it indexes`),
  };
};

/** A standby's own delay, or one line per standby that follows; none when nobody does. */
export const replicationLines = (rows: readonly Row[]): readonly Line[] =>
  rows.flatMap((row): readonly Line[] => {
    if (truthOf(row, 'recovering')) {
      const behind = numberOf(row, 'unreplayed');
      return [
        {
          title: 'in recovery: a standby',
          text: joined(
            `last transaction replayed ${ago(seconds(numberOf(row, 'replayed_seconds')))}`,
            behind === undefined ? 'no log is received' : `${bytes(behind)} received and not replayed`,
          ),
        },
      ];
    }
    const state = textOf(row, 'state');
    if (state === '') return [];
    return [
      {
        title: joined(textOf(row, 'name'), textOf(row, 'client')),
        text: joined(
          state,
          textOf(row, 'sync_state'),
          `${bytes(numberOf(row, 'lag_bytes'))} behind`,
          lagWords(numberOf(row, 'lag_seconds')),
        ),
      },
    ];
  });

const seconds = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 1000;
const lagWords = (lag: number | undefined): string =>
  lag === undefined ? '' : `${latency(lag * 1000)} to replay`;

/** '71 waits for ShareLock of transactionid → blocked by 12 · shop · 3m · UPDATE …' */
export const lockLine = (row: Row): Line => {
  const relation = textOf(row, 'relation');
  const what = joined(
    `${textOf(row, 'mode')} of ${textOf(row, 'locktype')}${relation === '' ? '' : ` ${relation}`}`,
  );
  const blockers = pidsOf(row, 'blocked_by');
  return {
    title: `${textOf(row, 'pid')} waits for ${what}`,
    text: joined(
      blockers.length === 0 ? 'not blocked any more' : `blocked by ${blockerNames(blockers)}`,
      textOf(row, 'user'),
      latency(numberOf(row, 'duration_ms')),
      queryOf(row),
    ),
  };
};

/** A setting in its unit, and whether a new value waits for a restart. */
export const settingLine = (row: Row): Line => {
  return {
    title: textOf(row, 'name'),
    text: joined(
      inUnits(withoutPasswords(textOf(row, 'setting')), textOf(row, 'unit')),
      truthOf(row, 'pending_restart') ? 'another value waits for a restart' : '',
      textOf(row, 'context') === 'postmaster' ? 'changes need a restart' : '',
    ),
  };
};

/** Sizes in bytes of the units that pg_settings counts memory in. */
const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  '8kB': 8192,
  '16MB': 16_777_216,
  MB: 1_048_576,
};

/** '4096', '8kB' → '32 MiB'; a time keeps its unit; -1 and 0 mean what the setting says of them. */
const inUnits = (setting: string, unit: string): string => {
  const size = unitBytes[unit];
  const amount = Number(setting);
  if (size !== undefined && amount > 0) return bytes(amount * size);
  return unit === '' || size !== undefined || amount <= 0 ? setting : `${setting} ${unit}`;
};

/** Dead rows, and how the table is read: by its indexes, or from one end to the other. */
export const tupleLine = (row: Row): Line => {
  const [live, dead] = [numberOf(row, 'live'), numberOf(row, 'dead')];
  const all = (live ?? 0) + (dead ?? 0);
  return {
    title: textOf(row, 'name'),
    text: joined(
      `${count(dead)} dead of ${count(all)} rows${all > 0 ? ` (${percent((100 * (dead ?? 0)) / all)})` : ''}`,
      `vacuumed ${ago(numberOf(row, 'vacuumed_ms'))}`,
      `analyzed ${ago(numberOf(row, 'analyzed_ms'))}`,
      `${count(numberOf(row, 'seq_scan'))} sequential scans, ${count(numberOf(row, 'idx_scan'))} by index`,
    ),
  };
};
