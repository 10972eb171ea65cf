import { defined } from '../../../domain/base/defined.ts';
import type { LogLevel } from '../../../domain/facts/log-level.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { parseJson } from '../../kit/values/json.ts';

/** An entry of the systemd journal. */
export interface SystemdJournalEntry {
  /** A multi-line message has several. */
  readonly lines: readonly string[];
  /** Ms since the epoch, on the host's clock. */
  readonly at?: number;
  /** Position in the journal, to resume after it. */
  readonly cursor?: string;
  readonly level?: LogLevel;
}

/** By syslog priorities 0 to 7 (syslog(3)): emergency, alert and critical are fatal, notice is info. */
const levels: readonly LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];

/**
 * A message that is not UTF-8 is a list of bytes; several messages of one entry are a list of them
 * (systemd.journal-fields(7), Journal JSON Format).
 */
const messageOf = (message: unknown): string | undefined => {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return undefined;
  if (message.every((value) => typeof value === 'number'))
    return new TextDecoder().decode(Uint8Array.from(message));
  return message.flatMap((value) => messageOf(value) ?? []).join('\n');
};

/** Parses one line of `journalctl -o json`; undefined for anything else. */
export const parseJournalEntry = (line: string): SystemdJournalEntry | undefined => {
  if (!line.startsWith('{')) return undefined;
  const parsed = parseJson(line);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return undefined;
  const of = new Map<string, unknown>(Object.entries(parsed.value));
  const text = messageOf(of.get('MESSAGE'));
  if (text === undefined) return undefined;
  const micros = Number(of.get('__REALTIME_TIMESTAMP'));
  const cursor = of.get('__CURSOR');
  const level = levels[Number(of.get('PRIORITY') ?? Number.NaN)];
  return {
    lines: stripControls(text).trimEnd().split('\n'),
    ...(Number.isFinite(micros) && micros > 0 ? { at: Math.floor(micros / 1000) } : {}),
    ...(typeof cursor === 'string' ? { cursor } : {}),
    ...defined({ level }),
  };
};

/** Parts of a cursor that survive moving the journal: boot, both timestamps and the hash (sd_journal_get_cursor(3)). */
const stableCursor = (cursor: string): string =>
  cursor
    .split(';')
    .filter((part) => /^[bmtx]=/.test(part))
    .join(';');

/** True for two cursors of the same entry. */
export const isSameEntry = (cursor: string, other: string): boolean =>
  cursor === other || (/;x=/.test(cursor) && stableCursor(cursor) === stableCursor(other));
