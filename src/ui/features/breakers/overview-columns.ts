import { formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Breaker } from '../../../kinds/breakers/fact.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { hasPanelSides } from '../../shell/layout/screen-size.ts';
import type { AlikeKey } from '../../shell/panes/folded-rows.ts';
import { shortNames } from '../../shell/panes/short-names.ts';
import {
  type BreakerRow,
  breakerMarker,
  breakerStateText,
  calls,
  foldedCount,
  groupStateText,
  indentation,
  sinceColumn,
  ungroupedBreakerRows,
} from './columns.ts';

/**
 * Breakers that say the same are one row: on a small screen those of a service in the same state, in a box the closed ones. An
 * open one keeps its row where it can be acted upon.
 */
export const alikeBreakers = (view: RenderContext): AlikeKey<BreakerRow> => {
  const isSmall = !hasPanelSides(view);
  return ({ fact, row, level, members, treePosition }) => {
    if (members !== undefined || treePosition !== undefined || row.stale) return undefined;
    if (isSmall) return [fact.name, fact.state, level, fact.service].join('\0');
    return level === 'ok' ? [fact.name, fact.state].join('\0') : undefined;
  };
};

/** The reason of the state: failed calls, or slow ones if only they are beyond their limit. */
const reasonOf = (fact: Breaker): string => {
  const { failureRate, failureRateThreshold = 100, slowCallRate, slowCallRateThreshold } = fact;
  const isSlow =
    slowCallRate !== undefined &&
    slowCallRateThreshold !== undefined &&
    slowCallRate >= slowCallRateThreshold;
  if (isSlow && (failureRate ?? 0) < failureRateThreshold) return `${formatPercent(slowCallRate, 0)} slow`;
  return fact.failedCalls === undefined ? formatPercent(failureRate, 0) : calls(fact);
};

/** 'broker in bus-0, -1' */
const nameLine = (pen: TextPen, name: string, instances: readonly string[]): StyledLine => [
  pen.run(name),
  pen.run(' in ', 'faint'),
  pen.run(shortNames(instances)),
];

const stateLine = (pen: TextPen, row: BreakerRow, text: string): StyledLine => {
  const { role } = breakerMarker(row);
  return [pen.run(text, role === 'ok' ? 'faint' : role)];
};

/** Minimum width of a table with the calls of each breaker. */
const minCallsCells = 46;
/** Minimum width of a table that also has ages. */
const minAgeCells = 62;

/** Columns for an overview that is too narrow for all: breaker, state, failed and rejected calls. */
export const breakerOverviewColumns = (view: RenderContext, width: number): readonly Column<BreakerRow>[] => {
  const { pen } = view;
  const hasCalls = width >= minCallsCells;
  // The title counts the closed ones: their names need the room.
  const hasStates = hasCalls || ungroupedBreakerRows(view).some(({ level }) => level !== 'ok');
  const state: Column<BreakerRow> = {
    head: 'STATE',
    required: true,
    width: 11,
    cell: (row) =>
      stateLine(
        pen,
        row,
        row.members === undefined ? breakerStateText(row.fact) : groupStateText(row.members),
      ),
    renderFolded: () => pen.run('CLOSED', 'faint'),
    renderAlike: (rows) => {
      const [first] = rows;
      return first === undefined
        ? []
        : [...stateLine(pen, first, breakerStateText(first.fact)), pen.run(` ×${rows.length}`, 'faint')];
    },
  };
  return [
    {
      head: '',
      name: 'LEVEL',
      required: true,
      width: 2,
      cell: (row) => {
        const { glyph, role } = breakerMarker(row);
        return pen.glyph(glyph, role);
      },
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      head: 'BREAKER',
      required: true,
      width: 16,
      grow: 1,
      keepsEnd: () => true,
      cell: (row): StyledLine =>
        row.members === undefined
          ? [...indentation(pen, row), ...nameLine(pen, row.fact.name, [row.instance])]
          : [...indentation(pen, row), pen.run(row.instance, 'bold')],
      renderFolded: (rows) => foldedCount(view, rows),
      renderAlike: (rows) =>
        nameLine(
          pen,
          rows[0]?.fact.name ?? '',
          rows.map(({ instance }) => instance),
        ),
    },
    ...(hasStates ? [state] : []),
    ...(hasCalls ? callColumns(view) : []),
    ...(width < minAgeCells ? [] : [sinceColumn(view)]),
  ];
};

/** The sum of a count over several breakers; undefined unless all of them report it. */
const sumOf = (
  rows: readonly BreakerRow[],
  of: (fact: Breaker) => number | undefined,
): number | undefined => {
  const known = rows.flatMap(({ fact }) => of(fact) ?? []);
  return known.length < rows.length ? undefined : known.reduce((sum, value) => sum + value, 0);
};

const roleOf = (rows: readonly BreakerRow[]): 'stale' | 'plain' =>
  rows.some(({ row }) => row.stale) ? 'stale' : 'plain';

const callColumns = (view: RenderContext): readonly Column<BreakerRow>[] => {
  const { pen } = view;
  // A small screen has no room for heads: the numbers name themselves.
  const isNamed = !hasPanelSides(view);
  const word = (text: string): string => (isNamed && text !== '' ? ` ${text}` : '');
  const rejected = (rows: readonly BreakerRow[]): StyledLine => {
    const sum = sumOf(rows, ({ notPermittedCalls }) => notPermittedCalls);
    return [
      pen.run(formatCount(sum), roleOf(rows)),
      pen.run(sum === undefined ? '' : word('rejected'), 'faint'),
    ];
  };
  const failed = (rows: readonly BreakerRow[]): StyledLine => {
    const total = {
      failedCalls: sumOf(rows, ({ failedCalls }) => failedCalls),
      bufferedCalls: sumOf(rows, ({ bufferedCalls }) => bufferedCalls),
    };
    return total.failedCalls === undefined
      ? [pen.run('–')]
      : [pen.run(calls(total), roleOf(rows)), pen.run(word('failed'), 'faint')];
  };
  const reason = (breakerRow: BreakerRow): StyledLine => {
    const text = reasonOf(breakerRow.fact);
    const named = text === '–' || text.endsWith('slow') ? '' : word('failed');
    return [pen.run(text, roleOf([breakerRow])), pen.run(named, 'faint')];
  };
  const extra = isNamed ? 9 : 0;
  return [
    {
      head: 'FAILED',
      width: 10 + extra,
      align: 'right',
      cell: (row) => (row.members === undefined ? reason(row) : failed(row.members)),
      renderFolded: failed,
      renderAlike: failed,
    },
    {
      head: 'REJECTED',
      width: 10 + extra,
      align: 'right',
      cell: (row) => rejected(row.members ?? [row]),
      renderFolded: rejected,
      renderAlike: rejected,
    },
  ];
};
