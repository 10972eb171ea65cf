import { levelOfCode } from '../../../src/domain/facts/log-level.ts';
import { stripControls } from '../../../src/domain/text/controls.ts';
import { createHeadReader } from '../../../src/logs/format/head-reader.ts';
import { parseLine } from '../../../src/logs/format/parse-line.ts';
import type { CorpusLine, CorpusStream } from './read-corpus.ts';

/** Current time of the corpus: days without a year are in 2026. */
const now = (): number => Date.UTC(2026, 5, 1);

/** What of a line differs from the truth. */
export type Part = 'level' | 'time' | 'message' | 'logger' | 'folding';

/** A value that opsdeck reads, beside the right one. */
export interface Difference {
  readonly part: Part;
  readonly layout: string;
  readonly text: string;
  readonly expected: string;
  readonly actual: string;
}

/** Right values of all, of one family of layouts. */
export interface FamilyScore {
  readonly family: string;
  readonly layouts: number;
  readonly right: Readonly<Record<Part, number>>;
  readonly total: Readonly<Record<Part, number>>;
  readonly differences: readonly Difference[];
}

const loose = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Fields of a parsed line that name what wrote it, in order. */
const loggerFields =
  'logger caller component app target logger_name loggerName log.logger @module module name category Category channel SourceContext Properties.SourceContext subsystem c SYSLOG_IDENTIFIER source'.split(
    ' ',
  );

const bytesOf = (text: string): Uint8Array => Buffer.from(stripControls(text));

const compared = (
  part: Part,
  { layout, text }: { readonly layout: string; readonly text: string },
  expected: string,
  actual: string,
): readonly [Part, Difference | undefined] => [
  part,
  expected === actual ? undefined : { part, layout, text, expected, actual },
];

const lineParts = (line: CorpusLine): readonly (readonly [Part, Difference | undefined])[] => {
  const bytes = bytesOf(line.text);
  const { at, ownLevel, level } = createHeadReader({ now }).read(bytes, 0, bytes.length);
  const parsed = parseLine(stripControls(line.text), { now });
  const time = Number.isNaN(at) ? undefined : new Date(at).toISOString();
  const loggers = loggerFields.flatMap((name) => parsed.fields.get(name) ?? []);
  const logger = loggers.find((name) => name === line.logger) ?? loggers[0];
  return [
    compared('level', line, line.level ?? '-', levelOfCode(level || ownLevel) ?? '-'),
    compared('time', line, line.time ?? '-', time ?? '-'),
    ...(line.message === undefined
      ? []
      : [compared('message', line, loose(line.message), loose(parsed.message))]),
    ...(line.logger === undefined ? [] : [compared('logger', line, line.logger, logger ?? '-')]),
  ];
};

const streamParts = (stream: CorpusStream): readonly (readonly [Part, Difference | undefined])[] => {
  const reader = createHeadReader({ now });
  const bytes = Buffer.from(stream.lines.map(({ text }) => `${stripControls(text)}\n`).join(''));
  let begin = 0;
  return stream.lines.flatMap(({ text, isContinuation, level }) => {
    const end = bytes.indexOf(10, begin);
    const head = reader.read(bytes, begin, end, bytes.length);
    begin = end + 1;
    const mark = (is: boolean): string => (is ? 'continues' : 'begins');
    const of = { layout: stream.layout, text };
    return [
      compared('folding', of, mark(isContinuation), mark(head.isContinuation)),
      ...(isContinuation ? [] : [compared('level', of, level ?? '-', levelOfCode(head.level) ?? '-')]),
    ];
  });
};

const none: Readonly<Record<Part, number>> = { level: 0, time: 0, message: 0, logger: 0, folding: 0 };

/** Measures lines and streams, by family, in the order of their names. */
export const measureCorpus = (
  lines: readonly CorpusLine[],
  streams: readonly CorpusStream[],
): readonly FamilyScore[] => {
  const families = [...new Set([...lines, ...streams].map(({ family }) => family))].toSorted();
  return families.map((family) => {
    const ofLines = lines.filter((line) => line.family === family);
    const ofStreams = streams.filter((stream) => stream.family === family);
    const right = { ...none };
    const total = { ...none };
    const differences: Difference[] = [];
    for (const [part, difference] of [...ofLines.flatMap(lineParts), ...ofStreams.flatMap(streamParts)]) {
      total[part]++;
      if (difference === undefined) right[part]++;
      else differences.push(difference);
    }
    const layouts = new Set([...ofLines, ...ofStreams].map(({ layout }) => layout)).size;
    return { family, layouts, right, total, differences };
  });
};

/** Returns the sum of several families. */
export const sumOf = (scores: readonly FamilyScore[]): FamilyScore => {
  const right = { ...none };
  const total = { ...none };
  for (const score of scores)
    for (const part of Object.keys(none) as Part[]) {
      right[part] += score.right[part];
      total[part] += score.total[part];
    }
  return {
    ...{ family: 'all', right, total },
    layouts: scores.reduce((sum, { layouts }) => sum + layouts, 0),
    differences: scores.flatMap(({ differences }) => differences),
  };
};
