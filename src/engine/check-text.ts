import stringWidth from 'string-width';
import type { FactKind } from '../domain/facts.ts';
import { absentText, formatCount } from '../domain/format.ts';
import type { Level } from '../domain/level.ts';
import { levelRank } from '../domain/level.ts';
import { labelValues } from '../domain/mask/mask-text.ts';
import type { CheckReport } from '../kinds/check-rows.ts';
import { distinguishingLabels, joinParts } from '../kinds/check-words.ts';
import { type CheckRow, type CheckWords, stateText } from '../kinds/define-kind.ts';
import { allKinds } from '../kinds/registry.ts';

/** One finding of a check as a person reads it. */
interface CheckFinding {
  readonly level: Level;
  /** The list it stands in: 'health', 'breakers', 'signals'. */
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** Numbers and reasons; '' when there is nothing to add. */
  readonly detail: string;
  /** Name and main value: what is left of it where many are fine. */
  readonly brief: string;
}

/** A row whose level is unknown although it has a state is an old one. */
const asOf = (level: Level, state: string, at: string | null): string | undefined =>
  level === 'unknown' && state !== 'unknown' && state !== absentText && at !== null
    ? `as of ${at.slice(11, 19)}`
    : undefined;

const line = (kind: string, level: Level, at: string | null, words: CheckWords): CheckFinding => {
  const { name, state, details, value = '' } = words;
  const parts = [...details, asOf(level, state, at)].filter((part) => part !== undefined && part !== '');
  return {
    level,
    kind,
    name,
    state: stateText(state),
    detail: parts.join(', '),
    brief: [name, value].filter((part) => part !== '').join(' '),
  };
};

/** The rows of a kind's list; a list that no kind fills has none. */
const rowsOf = (report: CheckReport, kind: FactKind): readonly CheckRow[] => report[kind];

const signalLines = ({ signals }: CheckReport): readonly CheckFinding[] => {
  const byId = distinguishingLabels(signals, ({ id }) => id);
  return signals.map((row) => {
    const value = typeof row.value === 'number' ? formatCount(row.value) : (row.value ?? absentText);
    const state = row.value === null || row.unit === '' ? value : `${value} ${row.unit}`;
    const labels = byId.get(row.id)?.(row.labels) ?? row.labels;
    const name = joinParts(row.title, ...labelValues(labels));
    return line('signals', row.level, row.at, { name, state, value: state, details: [row.fault?.message] });
  });
};

/** Every row of a report as a line, worst first; among equals in the order of the report. */
export const checkLines = (report: CheckReport): readonly CheckFinding[] =>
  [
    ...signalLines(report),
    ...allKinds().flatMap((kind) =>
      kind
        .lines(rowsOf(report, kind.name as FactKind))
        .map(({ row, words }) => line(kind.name, row.level, row.at, words)),
    ),
  ].sort((a, b) => levelRank[b.level] - levelRank[a.level]);

/** Glyph, word and SGR code of each level: no level is told by colour alone. */
const looks: Readonly<Record<Level, { readonly mark: string; readonly sgr: string }>> = {
  crit: { mark: '✗ CRIT', sgr: '91;1' },
  warn: { mark: '▲ WARN', sgr: '33' },
  unknown: { mark: '? UNKNOWN', sgr: '35' },
  ok: { mark: '● OK', sgr: '32' },
};
const markWidth = 9;
/** Names longer than this push their own line only, not the whole column. */
const maxNameWidth = 36;
/** A last column narrower than this, or than its longest word (an address, to be copied whole), goes below its line. */
const minLastWidth = 24;

const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
const widest = (texts: readonly string[], most = Number.POSITIVE_INFINITY): number =>
  Math.min(
    most,
    texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0),
  );

/** Words in lines of at most `width` cells; a longer word stands on a line of its own, whole. */
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

/** `head` with `text` behind it, broken at the terminal's edge and continued under its own beginning. */
const hung = (head: string, headWidth: number, text: string, columns: number): readonly string[] => {
  if (text === '') return [head.trimEnd()];
  if (columns - headWidth < Math.max(minLastWidth, widest(text.split(/\s/))))
    return [head.trimEnd(), ...wrap(text, columns - 4).map((part) => `    ${part}`)];
  return wrap(text, columns - headWidth).map((part, n) => (n === 0 ? head : ' '.repeat(headWidth)) + part);
};

const painter =
  (colour: boolean) =>
  (level: Level): string => {
    const { mark, sgr } = looks[level];
    return (colour ? `\x1b[${sgr}m${mark}\x1b[0m` : mark) + ' '.repeat(markWidth - stringWidth(mark));
  };

type Paint = ReturnType<typeof painter>;

/** What came from outside and holds a line feed makes no second line, which would say what it likes. */
const onOneLine = (line: CheckFinding): CheckFinding => ({
  ...line,
  ...Object.fromEntries(
    (['kind', 'name', 'state', 'brief'] as const).map((key) => [key, line[key].replaceAll(/\s+/g, ' ')]),
  ),
});

/** Everything that is not fine, a line each. */
const findings = (lines: readonly CheckFinding[], columns: number, paint: Paint): readonly string[] => {
  const kindWidth = widest(lines.map(({ kind }) => kind));
  const nameWidth = widest(
    lines.map(({ name }) => name),
    maxNameWidth,
  );
  const stateWidth = widest(
    lines.map(({ state }) => state),
    maxNameWidth,
  );
  return lines.flatMap(({ level, kind, name, state, detail }) => {
    const rest = [pad(kind, kindWidth), pad(name, nameWidth), pad(state, stateWidth)].join('  ');
    return hung(`${paint(level)}  ${rest}  `, markWidth + stringWidth(rest) + 4, detail, columns);
  });
};

/** What is fine, a line per kind: names and main values. */
const fine = (lines: readonly CheckFinding[], columns: number, paint: Paint): readonly string[] => {
  const byKind = Object.entries(Object.groupBy(lines, (line) => line.kind));
  const kindWidth = widest(byKind.map(([kind]) => kind));
  return byKind.flatMap(([kind, some = []]) => {
    const rest = `${pad(kind, kindWidth)}  ${some.length}  `;
    const names = some.map(({ brief }) => brief).join(', ');
    return hung(`${paint('ok')}  ${rest}`, markWidth + 2 + rest.length, names, columns);
  });
};

/** What went wrong. A login that is refused is refused to every call: which of them met it says nothing. */
const causeOf = ({ kind, message }: CheckReport['faults'][number]): string =>
  kind === 'denied' ? message.replace(/^[^:]*(?::\S[^:]*)*: /, '') : message;

const faultLines = ({ faults }: CheckReport, columns: number): readonly string[] => {
  const sourceWidth = widest(
    faults.map(({ source }) => source),
    maxNameWidth,
  );
  const kindWidth = widest(faults.map(({ kind }) => kind));
  const alike = [...Map.groupBy(faults, (one) => [one.source, one.kind, causeOf(one)].join('\0')).values()];
  const lines = alike.flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { source, kind, remedy } = first;
    const message = all.length === 1 ? first.message : `${causeOf(first)} (${all.length} feeds)`;
    const head = `  ${pad(source, sourceWidth)}  ${pad(kind, kindWidth)}  `;
    const text = remedy === null ? message : `${message}\n→ ${remedy}`;
    return hung(head, stringWidth(head), text, columns);
  });
  return lines.length === 0 ? [] : ['', 'could not be seen:', ...lines];
};

/**
 * A report for a person: the total, then what is wrong, worst first, then what is fine in a line per kind, then the
 * faults with what to do about them. Lines break at `columns` cells (Infinity: never).
 */
export const checkText = (report: CheckReport, columns: number, colour: boolean): string => {
  const paint = painter(colour);
  const lines = checkLines(report).map(onOneLine);
  const isFine = (line: CheckFinding): boolean => line.level === 'ok';
  const moment = `${report.at.slice(0, 10)} ${report.at.slice(11, 19)} UTC`;
  const title = `${paint(report.level)}  ${report.system} ${report.env}   ${moment}`;
  const body = [
    ...findings(
      lines.filter((line) => !isFine(line)),
      columns,
      paint,
    ),
    ...fine(lines.filter(isFine), columns, paint),
  ];
  const shown = body.length === 0 ? ['nothing is checked: the sources of this profile give no rows'] : body;
  return [title, '', ...shown, ...faultLines(report, columns)].join('\n');
};
