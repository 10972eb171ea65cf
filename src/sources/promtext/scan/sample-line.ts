import { hash, openBrace } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { LabelReader } from './labels.ts';
import { readNumber } from './number.ts';
import type { Exemplar, FlatLabels, Series } from './page.ts';

const noLabels: FlatLabels = [];
const microsPerSecond = 1_000_000;

/** What a line is read with. */
export interface LineReader {
  readonly cursor: Cursor;
  readonly labels: LabelReader;
  /** Exemplars have label sets of their own. */
  readonly exemplarLabels: LabelReader;
  readonly openMetrics: boolean;
}

const readValue = (cursor: Cursor, what: string): number => {
  const { at } = cursor;
  const value = readNumber(cursor);
  if (value === undefined)
    cursor.problem =
      cursor.at === at
        ? `it has no ${what}`
        : `its ${what} is no number: ${cursor.text.slice(at, cursor.at)}`;
  cursor.skipBlanks();
  return value ?? Number.NaN;
};

/** In 0.0.4 whole milliseconds, in OpenMetrics seconds with decimals; ms since the epoch. */
const readStamp = (cursor: Cursor, openMetrics: boolean): number => {
  const written = readValue(cursor, 'timestamp');
  if (cursor.problem !== '') return written;
  const ms = openMetrics ? Math.round(written * microsPerSecond) / 1000 : written;
  if (!Number.isFinite(ms) || !(openMetrics || Number.isInteger(ms)))
    cursor.problem = `its timestamp is no time: ${written}`;
  return ms;
};

/** `# {trace_id="…"} 0.67 1520879607.789`, at its hash. Its time is in seconds, whoever writes it. */
const readExemplar = ({ cursor, exemplarLabels: labels }: LineReader): Exemplar | undefined => {
  cursor.at += 1;
  cursor.skipBlanks();
  if (cursor.here() !== openBrace) {
    cursor.problem = 'its exemplar has no labels';
    return undefined;
  }
  const read = labels.read(cursor, 0);
  if (cursor.problem === '' && labels.metric !== '') cursor.problem = 'its exemplar has a name';
  if (cursor.problem !== '') return undefined;
  cursor.skipBlanks();
  const value = readValue(cursor, 'exemplar');
  if (cursor.problem !== '' || cursor.atEnd()) return { labels: read, value };
  return { labels: read, value, atMs: readStamp(cursor, true) };
};

/**
 * The rest of a sample's line, with the cursor behind its name ('' when the name stands among the labels). The line begins
 * with `shared` characters of the sample read before. Undefined when it is no sample: the cursor's problem says why.
 */
export const readSample = (
  reader: LineReader,
  name: string,
  line: number,
  shared: number,
): Series | undefined => {
  const { cursor, labels } = reader;
  cursor.skipBlanks();
  let read = noLabels;
  let called = name;
  if (cursor.here() === openBrace) {
    read = labels.read(cursor, shared);
    if (cursor.problem !== '') return undefined;
    if (labels.metric !== '' && name !== '')
      cursor.problem = `it has two names, ${name} and ${labels.metric}`;
    called = name === '' ? labels.metric : name;
    cursor.skipBlanks();
  } else labels.forget();
  if (called === '') cursor.problem = 'it has no name';
  if (cursor.problem !== '') return undefined;
  const value = readValue(cursor, 'value');
  let stampMs: number | undefined;
  let exemplar: Exemplar | undefined;
  if (cursor.problem === '' && !cursor.atEnd() && cursor.here() !== hash)
    stampMs = readStamp(cursor, reader.openMetrics);
  if (cursor.problem === '' && cursor.here() === hash) exemplar = readExemplar(reader);
  if (cursor.problem === '' && !cursor.atEnd()) cursor.problem = 'there is more behind its value';
  return cursor.problem === '' ? { name: called, labels: read, value, stampMs, exemplar, line } : undefined;
};
