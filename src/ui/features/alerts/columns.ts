import { formatStateAge } from '../../../domain/facts/state-start.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import type { AlikeKey } from '../../shell/panes/folded-rows.ts';
import { levelWordsFrom, wordRole } from '../../shell/panes/problem.ts';
import { shortestAge } from '../../shell/panes/ranking.ts';
import { shortNames } from '../../shell/panes/short-names.ts';
import { clusterNames } from '../../shell/state/cluster-names.ts';
import { matchingRunbookFor, pageFor } from '../runbook-matching/row-runbooks.ts';
import {
  type AlertRow,
  hasSeveralEnvironments,
  isHeldBack,
  remainingLabels,
  selectAlertRows,
} from './rows.ts';

/** The marker of a row. Suppressed and stale alerts have markers of their own. */
export const alertMarker = ({
  row,
  level,
  isSuppressed,
}: AlertRow): { readonly glyph: GlyphName; readonly role: TextRole } => {
  if (row.stale) return { glyph: 'stale', role: 'stale' };
  return isSuppressed ? { glyph: 'off', role: 'stale' } : { glyph: level, role: level };
};

/** Dims suppressed and stale alerts. */
const roleOf = ({ row, isSuppressed }: AlertRow, role: TextRole = 'plain'): TextRole =>
  row.stale || isSuppressed ? 'stale' : role;

/** Cells of '✗ INHIBITED', and of '▲ ACKNOWLEDGED' where an incident is. */
const stateCells = (view: RenderContext): number =>
  selectAlertRows(view).some(({ fact }) => fact.state === 'acknowledged') ? 15 : 12;

/** `hasWords`: false in a narrow table, whose title counts the states in words. */
const stateColumn = (view: RenderContext, hasWords = true): Column<AlertRow> => ({
  head: '',
  name: 'STATE',
  required: true,
  width: hasWords ? stateCells(view) : 2,
  cell: (row): StyledLine => {
    const { glyph, role } = alertMarker(row);
    const word = hasWords ? [view.pen.run(` ${row.fact.state.toUpperCase()}`, wordRole(role))] : [];
    return [view.pen.glyph(glyph, role), ...word];
  },
  renderFolded: () => [
    view.pen.glyph('off', 'stale'),
    ...(hasWords ? [view.pen.run(' muted', 'stale')] : []),
  ],
});

/** The states of folded rows: '2 silenced · 1 inhibited'. */
const foldedStates = (rows: readonly AlertRow[]): string =>
  [...Map.groupBy(rows, ({ fact }) => fact.state)]
    .map(([state, members]) => `${members.length} ${state}`)
    .join(' · ');

/** The width of the longest text, within bounds. */
const roomFor = (
  view: RenderContext,
  of: (row: AlertRow) => string,
  bounds: { least: number; most: number },
): number => {
  const longest = Math.max(0, ...selectAlertRows(view).map((row) => widthOf(of(row))));
  return Math.max(bounds.least, Math.min(bounds.most, longest + 2));
};

const nameColumn = (view: RenderContext): Column<AlertRow> => ({
  head: 'ALERT',
  required: true,
  width: Math.max(
    20,
    Math.min(32, Math.max(0, ...selectAlertRows(view).map(({ fact }) => widthOf(fact.name))) + 2),
  ),
  cell: (row) => view.pen.run(row.fact.name, roleOf(row)),
  renderFolded: (rows) => view.pen.run(`${rows.length} more`, 'stale'),
});

const text = (
  { pen }: RenderContext,
  head: string,
  width: number,
  of: (row: AlertRow) => string,
  more: Partial<Column<AlertRow>> = {},
): Column<AlertRow> => ({
  head,
  width,
  cell: (row): StyledRun => pen.run(of(row) === '' ? '–' : of(row), of(row) === '' ? 'faint' : roleOf(row)),
  ...more,
});

const forColumn = ({ pen, now }: RenderContext): Column<AlertRow> => ({
  head: 'FOR',
  width: 8,
  align: 'right',
  cell: (row) => pen.run(formatStateAge(row, now), roleOf(row)),
  renderFolded: (rows) => pen.run(shortestAge(rows, now) ?? '', 'stale'),
  // The oldest: alerts of one rule have been firing since the first of them.
  renderAlike: (rows) => {
    const [first] = rows.toSorted((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity));
    return first === undefined ? [] : pen.run(formatStateAge(first, now), roleOf(first));
  },
});

/** The column of the summary and the suggested runbook. */
const summaryColumn = (view: RenderContext, grow: number): Column<AlertRow> => ({
  head: 'SUMMARY',
  width: 16,
  grow,
  renderFolded: (rows) => view.pen.run(foldedStates(rows), 'stale'),
  cell: (row): StyledLine => {
    const { pen } = view;
    const summary = row.fact.summary === '' ? '' : `${row.fact.summary} · `;
    if (isHeldBack(row)) return [pen.run(row.fact.summary, 'stale')];
    if (row.env !== '') return [pen.run(row.fact.summary, roleOf(row))];
    const matching = matchingRunbookFor(view, 'alerts', row);
    const page = matching === undefined ? pageFor(view, row) : undefined;
    if (page !== undefined)
      return [pen.run(`${summary}page ${page.name.split('/').at(-1) ?? ''}`, roleOf(row))];
    return matching === undefined
      ? [pen.run(summary, roleOf(row)), pen.run('no matching runbook', 'faint')]
      : [pen.run(`${summary}runbook ${matching.runbook.id}`, roleOf(row))];
  },
});

/** Below this width names are shortened to keep the SERVICE column. */
const roomy = 90;

const about = (row: AlertRow): string => row.entity;
const owner = (row: AlertRow): string => row.owner;

/** Below this width alerts that say the same have their number instead of their services. */
const minServiceCells = 40;

/** The number of alerts that a row stands for. */
const timesColumn = ({ pen }: RenderContext): Column<AlertRow> => ({
  head: '',
  name: 'TIMES',
  width: 5,
  align: 'right',
  cell: () => [],
  renderAlike: (rows) => pen.run(`×${rows.length}`, 'faint'),
});

/** Columns for the overview. */
export const alertOverviewColumns = (view: RenderContext, width: number): readonly Column<AlertRow>[] => {
  const isNarrow = width < minServiceCells;
  const name = nameColumn(view);
  const service: Column<AlertRow> = {
    ...text(
      view,
      'SERVICE',
      roomFor(view, about, { least: 8, most: 24 }),
      about,
      width < levelWordsFrom ? { grow: 1 } : { hideBelow: 90 },
    ),
    renderAlike: (rows) => {
      const services = [...new Set(rows.map(about))].filter((entity) => entity !== '');
      const [first] = rows;
      return view.pen.run(
        services.length === 0 ? `×${rows.length}` : shortNames(services),
        first === undefined ? 'plain' : roleOf(first),
      );
    },
  };
  return [
    stateColumn(view, width >= levelWordsFrom),
    ...clusterColumn(view),
    isNarrow ? { ...name, width: 20, grow: 1 } : { ...name, width: name.width - 1 },
    isNarrow ? timesColumn(view) : service,
    forColumn(view),
    ...(width < levelWordsFrom ? [] : [summaryColumn(view, 1)]),
  ];
};

/** Alerts of the same rule in the same state, for different objects, are one row. */
export const alikeAlerts =
  (view: RenderContext): AlikeKey<AlertRow> =>
  ({ fact, level, row, env, severity }) =>
    row.stale
      ? undefined
      : [fact.name, fact.state, level, severity?.id ?? '', env, clusterNames(view)?.(fact.source) ?? ''].join(
          '\0',
        );

/** In a list over several environments: the one whose cluster has the alert. */
const clusterColumn = (view: RenderContext): readonly Column<AlertRow>[] => {
  const cluster = clusterNames(view);
  return cluster === undefined ? [] : [text(view, 'CLUSTER', 10, ({ fact }) => cluster(fact.source))];
};

const environment = (view: RenderContext): readonly Column<AlertRow>[] => {
  if (!hasSeveralEnvironments(view)) return [];
  const of = ({ env }: AlertRow): string => (env === '' ? (view.cockpit.open?.env ?? '') : env);
  return [text(view, 'ENV', roomFor(view, of, { least: 6, most: 12 }), of)];
};

/** The severity label and the severity of the profile if they differ: 'critical · P1'; narrow: only the latter. */
const degreeOf = ({ fact, severity }: AlertRow, isNarrow: boolean): string => {
  if (severity === undefined || severity.id.toLowerCase() === fact.severity.toLowerCase())
    return fact.severity;
  return isNarrow || fact.severity === '' ? severity.id : `${fact.severity} · ${severity.id}`;
};

/** Columns of the full pane: also environment (if several), severity, owner and remaining labels. */
export const alertColumns = (view: RenderContext): readonly Column<AlertRow>[] => {
  const isNarrow = view.columns < roomy;
  const degree = (row: AlertRow): string => degreeOf(row, isNarrow);
  const name = nameColumn(view);
  const aboutCells = roomFor(view, about, { least: 8, most: isNarrow ? 12 : 24 });
  const summary = summaryColumn(view, 2);
  return [
    stateColumn(view),
    ...environment(view),
    ...clusterColumn(view),
    text(view, 'SEVERITY', roomFor(view, degree, { least: 10, most: 18 }), degree, {
      ...(hasSeveralEnvironments(view) ? { hideBelow: 90 } : {}),
    }),
    {
      ...name,
      width: isNarrow ? Math.min(22, name.width) : name.width,
      keepsEnd: () => true,
    },
    text(view, 'SERVICE', aboutCells, about, { keepsEnd: () => true }),
    text(view, 'OWNER', roomFor(view, owner, { least: 7, most: 14 }), owner, { hideBelow: roomy }),
    forColumn(view),
    isNarrow ? { ...summary, width: 12 } : summary,
    text(view, 'LABELS', 24, (row) => remainingLabels(row.fact, view.pen.maskField).join(' '), {
      grow: 1,
      hideBelow: 130,
    }),
    text(view, 'SOURCE', 12, ({ fact }) => fact.source, { wide: true }),
  ];
};
