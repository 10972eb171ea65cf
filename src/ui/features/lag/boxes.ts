import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import type { BoxColumn, ColumnBox } from '../../kit/components/box-columns.ts';
import { lineToText, type StyledLine, sliceLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { fittedDetails } from '../../shell/panes/pane-lines.ts';
import { planRows } from '../runbook-matching/plan-rows.ts';
import { firstRunbookFor, rowRunbookLines } from '../runbook-matching/row-runbooks.ts';
import { hasLine, noneText, relatedSignals } from '../signals/related-signals.ts';
import { renderSignalTable } from '../signals/signal-table.ts';
import { minTileHeight, windowText } from '../signals/tile.ts';
import { renderTiles } from '../signals/tiles.ts';
import {
  committedText,
  coordinatorLines,
  drainText,
  groupNotes,
  isAssigned,
  memberTable,
  mostMembers,
  mostPartitions,
  partitionTable,
  placeText,
  roomText,
  topicsText,
} from './details.ts';
import { type LagRow, lagMarker } from './rows.ts';

const pane = 'lag';

/** Cells of the right column, and its share of a wide pane. */
const leastRight = 48;
const rightShare = 0.4;

/** Rows of a chart with its title and its axis; a higher one says no more. */
const mostChartRows = 30;
/** Rows of a chart above what the coordinator reports. */
const leastChartRows = 8;

/** Lines without the blanks at their beginning, because a box has its own. */
const outdented = (lines: readonly StyledLine[], cells: number): readonly StyledLine[] =>
  lines.map((line) => {
    const blanks = /^ */.exec(lineToText(line))?.[0].length ?? 0;
    return sliceLine(line, Math.min(cells, blanks), Number.POSITIVE_INFINITY);
  });

/** 'Stable · 2 members · 3 partitions' */
const groupText = (view: RenderContext, row: LagRow): string => {
  const { members } = row;
  const [state = ''] = groupNotes(view, row)[0]?.split('\n') ?? [];
  const count =
    members === undefined ? 'members unknown' : members === 0 ? 'no members' : pluralize(members, 'member');
  return [state === '' ? count : state, pluralize(row.rows.length, 'partition')].join(' · ');
};

/** The selected group in a sentence, with the chart of the signal that shows it. */
const groupBox = (view: RenderContext, row: LagRow): ColumnBox => {
  const { pen, own, now } = view;
  const { glyph, role } = lagMarker(row);
  const age = row.level === 'ok' ? '' : formatStateAge(row, now);
  return {
    title: [pen.glyph(glyph, role), pen.run(` ${row.name}`, 'bold')],
    note: [pen.run([groupText(view, row), age].filter((part) => part !== '').join(' · '), 'faint')],
    rows: 5,
    least: 3,
    grows: true,
    lines: ({ width, height }) => {
      const place = placeText(row);
      const text = [
        ...pen.wrap(`${drainText(row)}.`, width).map((piece): StyledLine => [pen.run(piece, 'bold')]),
        ...(place === '' ? [] : pen.wrap(place, width).map((piece): StyledLine => [pen.run(piece)])),
        ...(row.members === 0
          ? [[pen.run('no active members: lag grows until a consumer joins', row.level)]]
          : []),
      ];
      const known = row.members === 0 ? [] : outdented(coordinatorLines(view, row), 3);
      const notes = known.length === 0 ? [] : [[], ...known];
      const rest = height - text.length - 1;
      const [signal] =
        own === undefined ? [] : relatedSignals(own, row).filter((related) => hasLine(own, related));
      if (own === undefined || signal === undefined || rest < minTileHeight) return [...text, ...notes];
      const below = rest - notes.length >= leastChartRows ? notes : [];
      const chart = renderTiles(view, own, {
        ...{ signals: [signal], width: width + 2, height: Math.min(rest - below.length, mostChartRows) },
      });
      return [...text, [], ...outdented(chart, 1), ...below];
    },
  };
};

/** The runbooks of the group, and the steps of the first one with their verification. */
const runbookBox = (view: RenderContext, row: LagRow, cells: number): readonly ColumnBox[] => {
  const { pen } = view;
  const inside = { ...view, columns: cells - 4 };
  const named = rowRunbookLines({ ...view, columns: cells - 2 }, pane, row);
  const runbook = firstRunbookFor(view, pane, row)?.suggestion.runbook;
  const plan = runbook === undefined ? [] : planRows(inside, runbook);
  const lines = [...outdented(named, 3), ...(plan.length === 0 ? [] : [[], ...outdented(plan, 1)])];
  if (named.length === 0) return [];
  const note = runbook === undefined ? '' : `steps of ${runbook.id}`;
  return [
    {
      ...{ title: [pen.run('Suggested runbooks', 'bold')], note: [pen.run(note, 'faint')] },
      ...{ rows: lines.length, least: Math.min(lines.length, named.length) },
      lines: () => lines,
    },
  ];
};

/** Cells of a box with a column for what was committed; a narrower one has lines below its table. */
const committedFrom = 70;

const committedWord = 'committed ';

/** The offsets of a partition: never cut, in two lines where one has no room. */
const committedLines = ({ pen }: RenderContext, fact: Lag, width: number): readonly StyledLine[] => {
  const text = committedText(fact);
  const name = `p${fact.partition}  `;
  const isShort = widthOf(`${name}${committedWord}${text}`) <= width;
  const word = isShort && fact.committed !== undefined ? committedWord : '';
  return pen
    .wrap(text, width - name.length - word.length)
    .map((piece, index) => [
      pen.run(index === 0 ? `${name}${word}` : ' '.repeat(name.length), 'faint'),
      pen.run(piece),
    ]);
};

const partitionsBox = (view: RenderContext, row: LagRow, cells: number): ColumnBox => {
  const { pen } = view;
  const all = row.rows.length;
  const count = Math.min(all, mostPartitions) + (all > mostPartitions ? 1 : 0);
  const lagging = row.rows
    .toSorted((a, b) => (b.fact.lag ?? -1) - (a.fact.lag ?? -1))
    .slice(0, mostPartitions);
  const committed =
    cells < committedFrom ? lagging.flatMap(({ fact }) => committedLines(view, fact, cells - 4)) : [];
  const below = committed.length === 0 ? [] : [[], ...committed];
  return {
    title: [pen.run('Partitions', 'bold')],
    note: [pen.run(topicsText(row), 'faint')],
    rows: 1 + count + below.length,
    least: Math.min(1 + count, 5),
    lines: ({ width, height }) => {
      const table = partitionTable(view, row, {
        ...{ inset: '', room: width, gap: cells < committedFrom ? 1 : 2 },
        most: all < height ? all : Math.max(1, height - 2),
      });
      return [...table, ...fittedDetails(pen, below, height - table.length)];
    },
  };
};

const membersBox = (view: RenderContext, row: LagRow): ColumnBox => {
  const { pen } = view;
  const members = isAssigned(row) ? new Set(row.rows.map(({ fact }) => fact.member)).size : 0;
  const count = Math.min(members, mostMembers) + (members > mostMembers ? 1 : 0);
  const room = roomText(row);
  const table = 1 + count + (room === '' ? 0 : 1);
  return {
    title: [pen.run('Members', 'bold')],
    note: [pen.run(row.members === undefined ? '' : formatCount(row.members), 'faint')],
    rows: table,
    least: 3,
    lines: ({ width, height }) => {
      const most = Math.min(mostMembers, height - (room === '' ? 1 : 2) - (members > mostMembers ? 1 : 0));
      return [
        ...memberTable(view, row, { inset: '', room: width, gap: 2, most: Math.max(1, most) }),
        ...(room === '' ? [] : [[pen.run(room, 'faint')]]),
      ];
    },
  };
};

const signalsBox = (view: RenderContext, row: LagRow): ColumnBox => {
  const { pen, own } = view;
  return {
    title: [pen.run('Related signals', 'bold')],
    note: [pen.run(`last ${windowText(view)}`, 'faint')],
    rows: 1,
    least: 1,
    lines: ({ width, height }) => {
      const signals = own === undefined ? [] : relatedSignals(own, row);
      if (own === undefined || signals.length === 0)
        return own === undefined ? [] : [[pen.run(noneText(own), 'faint')]];
      const all = signals.length <= height;
      const charts = height - signals.length - 1;
      const shown = signals.slice(0, all ? height : height - 1);
      const more: readonly StyledLine[] = all
        ? []
        : [[pen.run(`  ${formatCount(signals.length - shown.length)} more`, 'faint')]];
      const table = renderSignalTable(view, own, shown, width);
      if (charts < minTileHeight) return [...table, ...more];
      // The chart of the first one is beside this box.
      const others = signals.slice(1).filter((related) => hasLine(own, related));
      const tiles = { signals: others, width: width + 2, height: charts };
      return [...table, [], ...(others.length === 0 ? [] : outdented(renderTiles(view, own, tiles), 1))];
    },
  };
};

/** The opened group as boxes: what it is and what helps at the left; its partitions, its members and its signals at the right. */
export const lagBoxes = (view: RenderContext, row: LagRow, cells: number): readonly BoxColumn[] => {
  const right = Math.max(leastRight, Math.floor(cells * rightShare));
  const left = cells - right;
  return [
    { cells: left, boxes: [groupBox(view, row), ...runbookBox(view, row, left)] },
    {
      cells: right,
      boxes: [partitionsBox(view, row, right), membersBox(view, row), signalsBox(view, row)],
    },
  ];
};
