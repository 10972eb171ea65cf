import stringWidth from 'string-width';
import type { FactKind } from '../domain/facts/facts.ts';
import type { Level } from '../domain/facts/level.ts';
import { levelRank } from '../domain/facts/level.ts';
import { isExpectedAbsence } from '../domain/facts/snapshot.ts';
import { labelValues } from '../domain/mask/mask-text.ts';
import { absentText } from '../domain/text/format.ts';
import { formatQuantity } from '../domain/text/format-quantity.ts';
import { joinParts, seriesLabels } from '../kinds/define/check-words.ts';
import { type CheckRow, type CheckWords, stateText } from '../kinds/define/define-kind.ts';
import type { CheckReport } from '../kinds/registry/check-rows.ts';
import { allKinds } from '../kinds/registry/registry.ts';

/** One row of a check as text. */
interface CheckFinding {
  readonly level: Level;
  /** The list of the report: 'health', 'breakers', 'signals'. */
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** Numbers and reasons, or ''. */
  readonly detail: string;
  /** The main value, shown instead of state and detail where the row is ok. */
  readonly value: string;
  /** True: it has no data, and its profile expects that. */
  readonly isWithoutData?: true;
}

/** The read time of a stale row: one that has a state but an unknown level. */
const asOf = (level: Level, state: string, at: string | null): string | undefined =>
  level === 'unknown' && state !== 'unknown' && state !== absentText && at !== null
    ? `as of ${at.slice(11, 19)}`
    : undefined;

const line = (kind: string, level: Level, at: string | null, words: CheckWords): CheckFinding => {
  const { name, state, details } = words;
  const parts = [...details, asOf(level, state, at)].filter((part) => part !== undefined && part !== '');
  return {
    level,
    kind,
    name,
    state: stateText(state),
    detail: parts.join(', '),
    value: words.value ?? stateText(state),
  };
};

/** The rows of one kind. */
const rowsOf = (report: CheckReport, kind: FactKind): readonly CheckRow[] => report[kind];

const signalLines = ({ signals }: CheckReport): readonly CheckFinding[] => {
  const labelsOf = seriesLabels(signals);
  return signals.map((row) => {
    const state =
      typeof row.value === 'number'
        ? formatQuantity(row.value, row.unit)
        : [row.value ?? absentText, row.value === null ? '' : row.unit].join(' ').trimEnd();
    const name = joinParts(row.title, ...labelValues(labelsOf(row)));
    return {
      ...line('signals', row.level, row.at, { name, state, value: state, details: [row.fault?.message] }),
      ...(isExpectedAbsence(row) && { isWithoutData: true as const }),
    };
  });
};

/** Every row of a report, worst first, then in the order of the report. */
export const checkLines = (report: CheckReport): readonly CheckFinding[] =>
  [
    ...signalLines(report),
    ...allKinds().flatMap((kind) =>
      kind
        .lines(rowsOf(report, kind.name as FactKind))
        .map(({ row, words }) => line(kind.name, row.level, row.at, words)),
    ),
  ].sort((a, b) => levelRank[b.level] - levelRank[a.level]);

/** Glyph, word and SGR code of each level: color is never the only sign of a level. */
const levelStyles: Readonly<Record<Level, { readonly mark: string; readonly sgr: string }>> = {
  crit: { mark: '✗ CRIT', sgr: '91;1' },
  warn: { mark: '▲ WARN', sgr: '33' },
  unknown: { mark: '? UNKNOWN', sgr: '35' },
  ok: { mark: '● OK', sgr: '32' },
};
const markWidth = 9;
/** The share of the line that the name column takes at most, and its bounds in cells. */
const nameShare = 0.45;
const leastNameWidth = 36;
const mostNameWidth = 100;
/** A last column narrower than this, or than its longest word (an address is copied whole), goes below its line. */
const minLastWidth = 24;

/** Longer names widen only their own line, not the column. */
const maxNameWidth = (columns: number): number =>
  Math.min(mostNameWidth, Math.max(leastNameWidth, Math.floor(columns * nameShare)));

/** Characters of one cell each. Most rows consist of them, and counting them is much faster than `stringWidth`. */
const narrow = /^[ -~·–]*$/;

const cellsOf = (text: string): number => (narrow.test(text) ? text.length : stringWidth(text));

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - cellsOf(text)));
const widest = (texts: readonly string[], most = Number.POSITIVE_INFINITY): number =>
  Math.min(
    most,
    texts.reduce((width, text) => Math.max(width, cellsOf(text)), 0),
  );

/** Wraps at spaces to lines of at most `width` cells. A longer word gets its own line, unbroken. */
const wrapLine = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  let filled = 0;
  for (const word of text.split(' ')) {
    const cells = stringWidth(word);
    if (line === '' || filled + 1 + cells > width) {
      if (line !== '') lines.push(line);
      line = word;
      filled = cells;
    } else {
      line += ` ${word}`;
      filled += 1 + cells;
    }
  }
  return [...lines, line];
};

const wrap = (text: string, width: number): readonly string[] =>
  text.split('\n').flatMap((line) => wrapLine(line, width));

/** `head`, then `text`, wrapped at the edge of the terminal with a hanging indent. */
const hung = (head: string, headWidth: number, text: string, columns: number): readonly string[] => {
  if (text === '') return [head.trimEnd()];
  if (columns - headWidth < Math.max(minLastWidth, widest(text.split(/\s/))))
    return [head.trimEnd(), ...wrap(text, columns - 4).map((part) => `    ${part}`)];
  return wrap(text, columns - headWidth).map((part, n) => (n === 0 ? head : ' '.repeat(headWidth)) + part);
};

/** The mark of a row without data, where none is expected. */
const withoutData = { mark: `${absentText} no data`, sgr: '90' };

const painter =
  (color: boolean) =>
  (level: Level | 'no data'): string => {
    const { mark, sgr } = level === 'no data' ? withoutData : levelStyles[level];
    return (color ? `\x1b[${sgr}m${mark}\x1b[0m` : mark) + ' '.repeat(markWidth - stringWidth(mark));
  };

type Paint = ReturnType<typeof painter>;

/** Removes line feeds: text from outside must not forge a line of the report. */
const onOneLine = (line: CheckFinding): CheckFinding => ({
  ...line,
  ...Object.fromEntries(
    (['kind', 'name', 'state', 'value'] as const).map((key) => [key, line[key].replaceAll(/\s+/g, ' ')]),
  ),
});

/** Widths of the kind and name columns over all printed rows. */
const widthsOf = (lines: readonly CheckFinding[], columns: number) => ({
  kind: widest(lines.map(({ kind }) => kind)),
  name: widest(
    lines.map(({ name }) => name),
    maxNameWidth(columns),
  ),
});

type Widths = ReturnType<typeof widthsOf>;

const rowHead = ({ kind, name }: CheckFinding, widths: Widths): string =>
  `${pad(kind, widths.kind)}  ${pad(name, widths.name)}  `;

/** The first `width` cells of a text, with an ellipsis where it was cut. */
const cut = (text: string, width: number): string => {
  if (cellsOf(text) <= width) return text;
  let kept = '';
  let cells = 0;
  for (const character of text) {
    cells += stringWidth(character);
    if (cells >= width) break;
    kept += character;
  }
  return `${kept}…`;
};

/** The part of a long name that is kept at its end: it distinguishes instances. */
const keptEnd = 12;

/** A name in at most `width` cells, with an ellipsis in its middle. Wide characters are cut at the end only. */
const cutMiddle = (name: string, width: number): string => {
  if (cellsOf(name) <= width || !narrow.test(name)) return cut(name, width);
  return `${name.slice(0, width - keptEnd - 1)}…${name.slice(-keptEnd)}`;
};

/** Rows that are not ok, with state and details, wrapped. */
const problemLines = (
  lines: readonly CheckFinding[],
  widths: Widths,
  columns: number,
  paint: Paint,
): readonly string[] => {
  const stateWidth = widest(
    lines.map(({ state }) => state),
    leastNameWidth,
  );
  return lines.flatMap((line) => {
    const room = columns - markWidth - widths.kind - cellsOf(line.state) - 6;
    const name = cutMiddle(line.name, Math.max(keptEnd * 2, room));
    const columnsText = `${rowHead({ ...line, name }, widths)}${pad(line.state, stateWidth)}`;
    return hung(
      `${paint(line.level)}  ${columnsText}  `,
      markWidth + stringWidth(columnsText) + 4,
      line.detail,
      columns,
    );
  });
};

const isOk = ({ level, isWithoutData }: CheckFinding): boolean => level === 'ok' && isWithoutData !== true;

/** Rows that are no problem, one line each: name and main value. */
const okLines = (
  lines: readonly CheckFinding[],
  widths: Widths,
  columns: number,
  paint: Paint,
): readonly string[] =>
  lines.map((line) => {
    const name = columns === Number.POSITIVE_INFINITY ? line.name : cutMiddle(line.name, widths.name);
    const text = `${rowHead({ ...line, name }, widths)}${line.value}`.trimEnd();
    return `${paint(isOk(line) ? 'ok' : 'no data')}  ${cut(text, columns - markWidth - 2)}`;
  });

/** The number of rows that are no problem, one line per kind: those that are ok, and those without data. */
const okCounts = (lines: readonly CheckFinding[], paint: Paint): readonly string[] => {
  const groups = [...Map.groupBy(lines, (line) => `${isOk(line) ? 'ok' : 'no data'} ${line.kind}`).values()];
  const width = widest(groups.map(({ length }) => String(length)));
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const noun = group.length === 1 ? first.kind.replace(/s$/, '') : first.kind;
    return `${paint(isOk(first) ? 'ok' : 'no data')}  ${String(group.length).padStart(width)} ${noun}`;
  });
};

/**
 * The message of a fault; without the failed call where access is denied or the server cannot be reached, because every call gets the
 * same answer.
 */
const causeOf = ({ kind, message }: CheckReport['faults'][number]): string => {
  if (kind === 'unreachable' || kind === 'timeout') return message.slice(message.lastIndexOf(': '));
  return kind === 'denied' ? message.replace(/^[^:]*(?::\S[^:]*)*: /, '') : message;
};

/** The message of faults with one cause; without a connection the address in the first one stays. */
const messageOfAll = (
  all: readonly CheckReport['faults'][number][],
  first: CheckReport['faults'][number],
): string => {
  if (all.length === 1) return first.message;
  return first.kind === 'denied'
    ? `${causeOf(first)} (${all.length} feeds)`
    : `${first.message}, like ${all.length - 1} more`;
};

const faultLines = ({ faults }: CheckReport, columns: number): readonly string[] => {
  const sourceWidth = widest(
    faults.map(({ source }) => source),
    leastNameWidth,
  );
  const kindWidth = widest(faults.map(({ kind }) => kind));
  const alike = [
    ...Map.groupBy(faults, (entry) => [entry.source, entry.kind, causeOf(entry)].join('\0')).values(),
  ];
  const lines = alike.flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { source, kind, remedy } = first;
    const message = messageOfAll(all, first);
    const head = `  ${pad(source, sourceWidth)}  ${pad(kind, kindWidth)}  `;
    const text = remedy === null ? message : `${message}\n→ ${remedy}`;
    return hung(head, stringWidth(head), text, columns);
  });
  return lines.length === 0 ? [] : ['', 'failed reads:', ...lines];
};

/** The layout of a report as text. */
interface CheckTextOptions {
  /** Terminal width in cells. Infinity: no line is wrapped or cut. */
  readonly columns: number;
  readonly color: boolean;
  /** Lists the rows that are ok instead of counting them. */
  readonly all?: boolean;
  /** The kinds that were read completely: a report without any row says that they have none. Default: none was read. */
  readonly read?: readonly FactKind[];
}

/** Text of a report without any row: which kinds were read, otherwise why there is no data. */
const emptyLines = ({ faults }: CheckReport, read: readonly FactKind[], paint: Paint): readonly string[] => {
  if (read.length > 0) return read.map((kind) => `${paint('ok')}  0 ${kind}`);
  return [
    faults.length > 0
      ? 'there is no data, because every read failed'
      : 'there is no data, because no source of this profile has anything to check. Add checks or signals',
  ];
};

/** The situation and, below it, the environment and the time; without a situation the level beside them. */
const titleLines = (report: CheckReport, columns: number, paint: Paint): readonly string[] => {
  const moment = `${report.at.slice(0, 10)} ${report.at.slice(11, 19)} UTC`;
  // `here` is the name of its system, too.
  const name = report.system === report.env ? report.env : `${report.system} ${report.env}`;
  const title = `${name}   ${moment}`;
  const { situation } = report;
  if (situation === undefined) return [`${paint(report.level)}  ${title}`];
  const text = situation.sentence.replaceAll(/\s+/g, ' ');
  return [
    ...hung(`${paint(situation.level)}  `, markWidth + 2, text, columns),
    `${' '.repeat(markWidth + 2)}${title}`,
  ];
};

/** A report as text: the situation, problems worst first, rows that are ok, then failed reads with their remedies. */
export const checkText = (
  report: CheckReport,
  { columns, color, all = false, read = [] }: CheckTextOptions,
): string => {
  const paint = painter(color);
  const lines = checkLines(report).map(onOneLine);
  const problems = lines.filter(({ level }) => level !== 'ok');
  const fine = lines.filter(({ level }) => level === 'ok');
  const widths = widthsOf(all ? lines : problems, columns);
  const body = [
    ...problemLines(problems, widths, columns, paint),
    ...(problems.length > 0 && fine.length > 0 ? [''] : []),
    ...(all ? okLines(fine, widths, columns, paint) : okCounts(fine, paint)),
  ];
  const shown = body.length === 0 ? emptyLines(report, read, paint) : body;
  return [...titleLines(report, columns, paint), '', ...shown, ...faultLines(report, columns)].join('\n');
};
