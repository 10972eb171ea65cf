import { stripControls } from '../../../domain/controls.ts';
import { parseJson } from '../../json-text.ts';

/** An entry of the journal. */
export interface JournalEntry {
  /** A message of several lines is several. */
  readonly lines: readonly string[];
  /** Ms since the epoch, on the host's clock. */
  readonly at?: number;
  /** Its place: what comes behind it can be asked for. */
  readonly cursor?: string;
}

/** A message that is no UTF-8 comes as a list of bytes (systemd.journal-fields(7), Journal JSON Format). */
const messageOf = (message: unknown): string | undefined => {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(message.map(Number)));
};

/** One line of `journalctl -o json`; undefined for anything else. */
export const journalEntry = (line: string): JournalEntry | undefined => {
  if (!line.startsWith('{')) return undefined;
  const parsed = parseJson(line);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return undefined;
  const of = new Map<string, unknown>(Object.entries(parsed.value));
  const text = messageOf(of.get('MESSAGE'));
  if (text === undefined) return undefined;
  const micros = Number(of.get('__REALTIME_TIMESTAMP'));
  const cursor = of.get('__CURSOR');
  return {
    lines: stripControls(text).trimEnd().split('\n'),
    ...(Number.isFinite(micros) && micros > 0 ? { at: Math.floor(micros / 1000) } : {}),
    ...(typeof cursor === 'string' ? { cursor } : {}),
  };
};
