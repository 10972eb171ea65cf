import { ageText, durationText, parseDuration } from '../../domain/duration.ts';
import type { FileStat } from '../../platform/files/file-shapes.ts';
import { scalarAt } from '../scalar.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { columnValue } from '../table.ts';
import { type CsvRead, fileReads, type JsonRead } from './config.ts';
import { readTable } from './csv-table.ts';
import { daysLeft } from './days-left.ts';
import { grouped, ofForm, questionFeed } from './feed.ts';
import { readJson } from './json-document.ts';
import { locate } from './locate.ts';
import type { FileParts, Found } from './parts.ts';

/** One feed per CSV or JSON file. A sample's `at` is when the file was last written: that is when its value was said. */
export const contentFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] => [
  ...csvFeeds(parts, signals),
  ...jsonFeeds(parts, signals),
];

const csvFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] => {
  const wanted = ofForm(signals, csvRead);
  return grouped(wanted, ({ csv, delimiter = ',', header = true }) =>
    [`csv ${csv}`, delimiter === ',' ? '' : ` by ${delimiter}`, header ? '' : ' without header'].join(''),
  ).map(([part, group]) => {
    const { csv = '', delimiter = ',', header = true } = group[0]?.read ?? {};
    const path = parts.place(csv);
    return questionFeed(
      parts,
      { part, path, signals: group },
      async (signal) => {
        const file = await locate(parts.files, path, signal);
        const options = { delimiter, header };
        return { file, table: await readTable(parts.files, file, options, parts.wallNow(), signal) };
      },
      ({ file, table }, read) =>
        dated(parts, file, read, () =>
          columnValue(table, read, read.as === undefined ? undefined : daysLeft(parts.wallNow())),
        ),
    );
  });
};

const jsonFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] =>
  grouped(ofForm(signals, jsonRead), ({ json }) => `json ${json}`).map(([part, group]) => {
    const path = parts.place(group[0]?.read.json ?? '');
    return questionFeed(
      parts,
      { part, path, signals: group },
      async (signal) => {
        const file = await locate(parts.files, path, signal);
        return { file, json: await readJson(parts.files, file, parts.wallNow(), signal) };
      },
      ({ file, json }, read) => dated(parts, file, read, () => scalarAt(json, read.path)),
    );
  });

/** A value that nobody has written for too long is none. */
const dated = (
  { config, wallNow, io }: FileParts,
  file: FileStat,
  read: CsvRead | JsonRead,
  answer: () => Found,
): Found => {
  const limitMs = read.staleAfter === undefined ? config.staleAfter : parseDuration(read.staleAfter);
  const ageMs = wallNow() - file.writtenAt;
  if (limitMs !== undefined && ageMs > limitMs)
    return { why: `not written for ${ageText(ageMs)} (staleAfter: ${durationText(limitMs)})` };
  return { at: file.writtenAt - io.clock.wallOffset(), ...answer() };
};

const csvRead = (read: WantedSignal['read']): CsvRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'csv' in parsed ? parsed : undefined;
};

const jsonRead = (read: WantedSignal['read']): JsonRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'json' in parsed ? parsed : undefined;
};
