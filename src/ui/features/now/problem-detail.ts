import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { findingHead, sinceText } from '../../../situation/sentence.ts';
import { statement } from '../../../situation/situation.ts';
import { justifyLine, lineToText, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { severityLabel } from '../../shell/panes/severity.ts';
import type { CauseIndex } from '../findings/causes.ts';
import { problemText } from '../findings/columns.ts';
import { type FindingRow, problemStart } from '../findings/findings.ts';
import { findingMark } from '../findings/list-columns.ts';
import { whatChangedLines } from '../findings/what-changed.ts';
import { renderRelatedSignals, renderSignalTiles } from '../signals/related-signals.ts';
import { minTileHeight } from '../signals/tile.ts';
import { renderTiles } from '../signals/tiles.ts';
import { signalsOfProblem } from './charts.ts';
import { acknowledgedLines, alikeLines, beforeLines, causeLines, enterText, foldDetails } from './details.ts';
import { renderEffects } from './effect-chain.ts';
import { findingOfRow } from './finding-of-row.ts';
import { renderRunbookPart } from './runbook-part.ts';

interface Room {
  readonly width: number;
  readonly height: number;
}

/** Parts of a detail beside the text. */
interface DetailParts {
  /** True: in Problems, whose keys it names. */
  readonly hasKeys: boolean;
  readonly hasCharts: boolean;
}

const everyPart: DetailParts = { hasKeys: true, hasCharts: true };

/** All rows of Problems, unfolded, and the causes among them. */
export interface Problems {
  readonly rows: readonly FindingRow[];
  readonly causes: CauseIndex;
}

/** Rows of a chart that are of use beside the text; a higher one says no more. */
const chartRows = 9;

/** 'Health · since 15:13:58 UTC or before' at the right end of the rule, in the first form that fits: an age is the shortest. */
const noteOf = (view: RenderContext, row: FindingRow, room: number): string => {
  const { now } = view;
  const start = problemStart(row);
  const since = sinceText(start, { now, clockOffset: wallNow(view) - now });
  const place = row.is === 'finding' ? row.pane.title : row.is === 'blind' ? 'source' : '';
  const age = formatStateAge(start, now);
  const forms = [
    [place, since],
    [place, age],
  ].map((parts) => parts.filter((part) => part !== '').join(' · '));
  return forms.find((form) => widthOf(form) <= room) ?? age;
};

/** Cells of a rule around the name in it and its note. */
const aroundNames = 6;

/** The title of the selected row: its mark and name, its pane, and since when. The columns of `view` are those of the detail. */
export const problemTitle = (view: RenderContext, row: FindingRow) => {
  const name = [findingMark(view, row), view.pen.run(` ${row.label}`, 'bold')];
  const room = view.columns - lineWidth(name) - aroundNames;
  return { name, note: [view.pen.run(noteOf(view, row, room), 'faint')] };
};

/** Lines that belong together; those of the highest rank are left out first. */
interface Part {
  readonly rank: number;
  readonly lines: readonly StyledLine[];
}

/** Leaves out parts until the others fit into `height` lines. */
const fittingParts = (parts: readonly Part[], height: number): readonly Part[] => {
  const rows = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  if (rows <= height) return parts;
  const last = Math.max(...parts.map(({ rank }) => rank));
  return last === 0
    ? parts
    : fittingParts(
        parts.filter(({ rank }) => rank < last),
        height,
      );
};

/** A blank line, a heading with a note at its right end, and the lines below it; nothing without lines. */
const headed = (
  { pen, columns }: RenderContext,
  [title, note]: readonly [string, string],
  lines: readonly StyledLine[],
): readonly StyledLine[] =>
  lines.length === 0
    ? []
    : [
        [],
        justifyLine(
          [pen.run(` ${title}`, 'bold')],
          [pen.run(`${note} `, 'faint')],
          columns,
          'plain',
          pen.ellipsis,
        ),
        ...lines,
      ];

/** Signals that the sentence of their cause names. */
const mostSignals = 2;

/** 'Error rate at 48.8 %, over the limit of 5 %; Failed orders at 336 /min, …': the worst signals that follow from the row; ''. */
const effectText = (view: RenderContext, row: FindingRow, causes: CauseIndex): string =>
  causes
    .consequencesOf(row)
    .filter((other) => other.is === 'finding' && other.subject?.kind === 'signal')
    .slice(0, mostSignals)
    .flatMap((other) => {
      const finding = findingOfRow(view, other);
      return finding === undefined ? [] : [findingHead(finding)];
    })
    .join('; ');

/** 'broker is down – answered 503, expected 200-399', in the words of the situation, and the signals that follow from it. */
const sentenceLines = (view: RenderContext, row: FindingRow, causes: CauseIndex): readonly StyledLine[] => {
  const { pen, columns } = view;
  const finding = findingOfRow(view, row);
  const wrapped = (text: string, role: 'plain' | 'faint' = 'plain'): readonly StyledLine[] =>
    text === '' ? [] : pen.wrap(text, columns - 2).map((piece): StyledLine => [pen.run(` ${piece}`, role)]);
  if (finding === undefined) return wrapped(problemText(view, row));
  const { level } = finding;
  // The fault of a source says more: how many reads it concerns, and what was not read.
  const fact = row.is === 'blind' ? problemText(view, row) : finding.fact;
  const said = statement(finding);
  const whole: StyledLine = [pen.run(` ${said}`, level), pen.run(fact === '' ? '' : ` – ${fact}`)];
  const first = lineWidth(whole) < columns ? [whole] : [...wrapped(said), ...wrapped(fact)];
  return [...first, ...wrapped(effectText(view, row, causes), 'faint')];
};

/** The problem of the row, its severity, and of a row without a pane the effect of enter. */
const problemLines = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
  hasKeys: boolean,
): readonly StyledLine[] => {
  const { pen } = view;
  const severity = row.severity === undefined ? '' : severityLabel(row.severity);
  const isOwnRow = row.is === 'finding' || row.is === 'blind';
  const below = [severity, hasKeys && !isOwnRow ? enterText(row) : ''].filter((part) => part !== '');
  return [
    ...sentenceLines(view, row, causes),
    ...(below.length === 0 ? [] : [[pen.run(` ${below.join(' · ')}`, 'faint')]]),
  ];
};

/** The cause of the row, or a possible one; of a folded line its rows. Boxes say what it causes. */
const relationLines = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
  { hasBoxes, hasKeys }: { readonly hasBoxes: boolean; readonly hasKeys: boolean },
): readonly StyledLine[] => {
  if (row.is === 'fold') return foldDetails(view, row);
  return hasBoxes && causes.possibleCauseOf(row) === undefined ? [] : causeLines(view, row, causes, hasKeys);
};

/** A line in as many rows as it needs. */
const wholeLine = ({ pen, columns }: RenderContext, line: StyledLine): readonly StyledLine[] =>
  lineWidth(line) <= columns
    ? [line]
    : pen
        .wrap(lineToText(line).trim(), columns - 4)
        .map((piece, index): StyledLine => [pen.run(index === 0 ? ' ' : '   '), pen.run(piece)]);

/** The likely trigger, and the newest changes before the problem: the pane of changes has all of them. */
const changeLines = (view: RenderContext, row: FindingRow): readonly StyledLine[] => [
  ...whatChangedLines(view, '').flatMap((line) => wholeLine(view, line)),
  ...beforeLines({ ...view, rows: 0 }, row),
];

/** The charts that have room: the worst signal in one chart, the others in smaller ones below the text. */
const chartParts = (
  view: RenderContext,
  row: FindingRow,
  { rows, causes }: Problems,
  room: Room,
): { readonly chart: readonly StyledLine[]; readonly others: readonly StyledLine[] } => {
  const { own } = view;
  const signals = signalsOfProblem(row, rows, causes).filter(({ value }) => typeof value === 'number');
  const [worst, ...rest] = signals;
  if (own === undefined || room.height <= minTileHeight) return { chart: [], others: [] };
  if (worst === undefined)
    return {
      chart: [],
      others: row.is === 'finding' ? renderRelatedSignals(view, row.finding.row, room) : [],
    };
  const height = Math.min(chartRows, room.height - 1);
  const chart = [[], ...renderTiles(view, own, { signals: [worst], width: room.width, height })];
  const label = row.is === 'fold' ? row.cause.label : row.label;
  const others = renderSignalTiles(
    view,
    rest,
    { title: 'RELATED SIGNALS', label },
    { width: room.width, height: room.height - chart.length },
  );
  return { chart, others };
};

/** Least width of a detail with log lines, and the most of them: they give way to what explains the problem. */
const leastLogWidth = 100;
const mostLogLines = 10;
/** The blank line and the heading above log lines. */
const linesAboveLogs = 2;

/** A row of a pane, of findings that are rows of one. */
const paneRowsOf = (rows: readonly FindingRow[]) =>
  rows.flatMap((row) => (row.is === 'finding' ? [{ pane: row.pane.id, row: row.finding.row }] : []));

/** The newest severe lines of the object of the row on a wide screen; where it writes none, those of the members and the consequences of its row. */
const logLines = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
  { width, height }: Room,
): readonly StyledLine[] => {
  const { logs } = view.features.services;
  if (logs === undefined || width < leastLogWidth) return [];
  const about = row.is === 'fold' ? row.cause : row;
  const members = about.is === 'finding' ? (about.alike?.others ?? []) : [];
  const room = { width, height: Math.min(mostLogLines, height - linesAboveLogs) };
  const note = 'level ≥ WARN, newest last';
  const own = logs.lines(view, paneRowsOf([about, ...members]), room);
  if (own.length > 0) return headed(view, ['Log lines', note], own);
  const others = logs.lines(view, paneRowsOf(causes.consequencesOf(about)), room);
  return headed(view, ['Log lines of the consequences', note], others);
};

/**
 * Explains the selected row of Problems in the detail beside the list: what it is, its chart, its consequences or its cause, what
 * changed before, and the suggested runbook with its steps and their verification.
 */
export const renderProblemDetail = (
  view: RenderContext,
  row: FindingRow,
  problems: Problems,
  { width, height }: Room,
  { hasKeys, hasCharts }: DetailParts = everyPart,
): readonly StyledLine[] => {
  const { causes } = problems;
  const about = row.is === 'fold' ? row.cause : row;
  const effects = renderEffects(view, about, causes, width);
  const count = pluralize(causes.consequencesOf(about).length, 'consequence');
  const parts: readonly Part[] = fittingParts(
    [
      {
        rank: 0,
        lines: [
          ...problemLines(view, row, causes, hasKeys),
          ...alikeLines(view, row, hasKeys),
          ...acknowledgedLines(view, row, hasKeys),
        ],
      },
      { rank: 4, lines: headed(view, ['Cause → consequences', `${count}, by pane`], effects) },
      { rank: 2, lines: relationLines(view, row, causes, { hasBoxes: effects.length > 0, hasKeys }) },
      {
        rank: 3,
        lines: headed(view, ['What changed', ''], changeLines(view, row)),
      },
      { rank: 1, lines: renderRunbookPart(view, row, causes) },
    ],
    height,
  );
  const rows = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  const logs = logLines(view, row, causes, {
    width,
    height: height - rows - chartRows - 1,
  });
  const { chart, others } = hasCharts
    ? chartParts(view, row, problems, { width, height: height - rows - logs.length })
    : { chart: [], others: [] };
  const [first, ...rest] = parts.map(({ lines }) => lines);
  return [...(first ?? []), ...chart, ...rest.flat(), ...logs, ...others].slice(0, height);
};
