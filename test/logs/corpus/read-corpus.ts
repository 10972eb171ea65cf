import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./', import.meta.url);

/** The minute of most times of the corpus: `.123` stands for 2026-03-04T10:15:07.123Z. */
const minute = '2026-03-04T10:15:07';

/** A line of a program in one of its layouts, with the truth about it. */
export interface CorpusLine {
  /** Name of the file: the programs of one ecosystem. */
  readonly family: string;
  readonly layout: string;
  readonly text: string;
  readonly level: string | undefined;
  /** ISO 8601 in UTC. */
  readonly time: string | undefined;
  readonly logger: string | undefined;
  /** Undefined: the line has none, or the whole line is the message. */
  readonly message: string | undefined;
}

/** Lines of one stream, with the records that they form. */
export interface CorpusStream {
  readonly family: string;
  readonly layout: string;
  readonly lines: readonly {
    readonly text: string;
    /** True: continues the record before it. */
    readonly isContinuation: boolean;
    /** Level of the record that begins here. */
    readonly level: string | undefined;
  }[];
}

/** Control characters are written as their pictures. */
const unpictured = (text: string): string => text.replaceAll('␛', '\u001b');

const filesOf = (part: string): readonly { readonly family: string; readonly text: string }[] =>
  readdirSync(new URL(`${part}/`, folder))
    .filter((name) => name.endsWith('.txt'))
    .toSorted()
    .map((name) => ({
      family: name.replace(/\.txt$/, ''),
      text: unpictured(readFileSync(new URL(`${part}/${name}`, folder), 'utf8')),
    }));

const orNone = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '-' ? undefined : text.trim();

const timeOf = (text: string | undefined): string | undefined => {
  const time = orNone(text);
  return time?.startsWith('.') === true ? `${minute}${time}Z` : time;
};

const linesOf = (family: string, text: string): readonly CorpusLine[] => {
  const lines = text.split('\n').slice(0, -1);
  let layout = '';
  return lines.flatMap((line, index) => {
    if (line.startsWith('= ')) layout = line.slice(2);
    if (line.startsWith('= ') || line.startsWith('> ')) return [];
    const truth = lines[index + 1] ?? '';
    if (!truth.startsWith('> ')) throw new Error(`${family}: no truth below: ${line}`);
    const [level, time, logger, message] = truth.slice(2).split('¦');
    return [
      {
        ...{ family, layout, text: line, level: orNone(level), time: timeOf(time) },
        ...{ logger: orNone(logger), message: orNone(message) },
      },
    ];
  });
};

const streamsOf = (family: string, text: string): readonly CorpusStream[] =>
  text
    .split(/^= /m)
    .slice(1)
    .map((part) => {
      const [layout = '', ...lines] = part.split('\n').slice(0, -1);
      return {
        family,
        layout,
        lines: lines.map((line) => {
          const [, mark, level, own = ''] = /^(?:(\.) (-|[a-z]+)|\|) ?(.*)$/s.exec(line) ?? [];
          return { text: own, isContinuation: mark === undefined, level: orNone(level) };
        }),
      };
    });

/** Every line of the corpus. Throws for a line without a truth. */
export const corpusLines = (): readonly CorpusLine[] =>
  filesOf('lines').flatMap(({ family, text }) => linesOf(family, text));

/** Every stream of the corpus. */
export const corpusStreams = (): readonly CorpusStream[] =>
  filesOf('streams').flatMap(({ family, text }) => streamsOf(family, text));
