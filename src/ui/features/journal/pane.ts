import { defined } from '../../../domain/base/defined.ts';
import type { JournalEntry } from '../../../domain/facts/journal.ts';
import { isDeployment } from '../../../domain/profile/likely-trigger.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { Column } from '../../kit/components/table.ts';
import { formatTimeOrDate, isSameDay } from '../../kit/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, toWallTime, wallNow } from '../../shell/contract/render-context.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { renderLevel } from '../../shell/panes/problem.ts';
import { compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { rowPlace } from '../../shell/panes/row-place.ts';
import { hiddenRowsLines, missingFactsLine, type RowCounts } from '../../shell/panes/status-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { coverageText } from '../findings/what-changed.ts';
import {
  drillsKey,
  hiddenDrillsLines,
  isForeignDrill,
  ownJournal,
  withChosenDrills,
} from '../run-words/drills.ts';
import { journalEntryLine, kindText } from '../run-words/entry-lines.ts';
import { pendingResetLines } from '../run-words/pending-resets.ts';

interface JournalRow extends PaneRow {
  readonly entry: JournalEntry;
}

const made = new WeakMap<JournalEntry, JournalRow>();

/** 'HighErrorRate · bus' of 'alert HighErrorRate · bus': the column before it has the kind. */
const objectText = ({ kind, what }: JournalEntry): string =>
  what.startsWith(`${kind} `) ? what.slice(kind.length + 1) : what;

/** Entries are immutable, so their rows are cached. */
const rowOf = (entry: JournalEntry): JournalRow => {
  const had = made.get(entry);
  if (had !== undefined) return had;
  const { at, kind, what, change, source, level, by = '' } = entry;
  const row: JournalRow = {
    key: `${at} ${kind} ${what} ${change}`,
    level,
    label: `${what} ${change}`,
    text: `${kindText(entry)} ${kind} ${what} ${change} ${source} ${by}`,
    entry,
    ...defined({ aboutKey: entry.row }),
  };
  made.set(entry, row);
  return row;
};

const selectJournalRows = (view: RenderContext): readonly JournalRow[] =>
  withChosenDrills(view, 'journal', view.cockpit.journal)
    .toReversed()
    .map((entry) => (isForeignDrill(view, entry) ? { ...rowOf(entry), standsFor: 0 } : rowOf(entry)));

/** Time span for related changes. */
const nearMs = 60_000;
const changeLines = 3;

/** Other changes within a minute of an entry, oldest first. */
const changedNear = (journal: readonly JournalEntry[], entry: JournalEntry): readonly JournalEntry[] =>
  journal.filter((other) => other !== entry && Math.abs(other.at - entry.at) <= nearMs);

/** The `room` entries nearest to `at`, oldest first. */
const nearest = (
  entries: readonly JournalEntry[],
  position: number,
  room: number,
): readonly JournalEntry[] => {
  const far = ({ at: other }: JournalEntry): number => Math.abs(other - position);
  const kept = new Set(entries.toSorted((a, b) => far(a) - far(b)).slice(0, room));
  return entries.filter((entry) => kept.has(entry));
};

/** The last deployment, configuration change or run before an entry that is a consequence of something. */
const lastDeedBefore = (journal: readonly JournalEntry[], entry: JournalEntry): JournalEntry | undefined =>
  isDeed(entry) ? undefined : journal.findLast((other) => other.at < entry.at - nearMs && isDeed(other));

const isDeed = (entry: JournalEntry): boolean => isDeployment(entry) || entry.kind === 'run';

/** Renders the full change, other changes within a minute, and the last deployment or run before them. */
const journalDetails = (view: RenderContext, { entry }: JournalRow): readonly StyledLine[] => {
  const { pen, cockpit, columns, rows } = view;
  const near = changedNear(cockpit.journal, entry);
  const place = rowPlace(view, entry.row);
  const goes = place === undefined ? '' : `  enter opens the row in ${place.pane.title}`;
  const room = Math.max(3, Math.floor(rows / 4));
  const deed = lastDeedBefore(ownJournal(view), entry);
  return [
    [pen.run(` ${entry.what}`, 'bold'), pen.run(goes, 'faint')],
    ...pen
      .wrap(entry.change, columns - 4)
      .slice(0, changeLines)
      .map((piece): StyledLine => [pen.run(`   ${piece}`, entry.level === 'ok' ? 'plain' : entry.level)]),
    near.length === 0
      ? [pen.run('   no other changes within 1 min', 'faint')]
      : [
          pen.run(
            `   other changes within 1 min${near.length > room ? `, nearest ${room} of ${near.length}` : ''}:`,
            'faint',
          ),
        ],
    ...nearest(near, entry.at, room).map((other) => journalEntryLine(view, other)),
    ...(deed === undefined
      ? []
      : [
          [pen.run(`   last deployment or run, ${formatAge(entry.at - deed.at)} before:`, 'faint')],
          journalEntryLine(view, deed),
        ]),
  ];
};

/** Widths of '10:02:03' and '04 Mar 10:02', with a trailing blank. */
const clockCells = 9;
const dateCells = 13;

/** The journal is sorted by time, so the oldest entry decides whether dates are needed. */
const timeCells = (view: RenderContext): number => {
  const oldest = view.cockpit.journal[0];
  return oldest === undefined || isSameDay(toWallTime(view, oldest.at), wallNow(view))
    ? clockCells
    : dateCells;
};

const journalColumns = (view: RenderContext): readonly Column<JournalRow>[] => {
  const { pen, now } = view;
  return [
    { head: '', name: 'LEVEL', required: true, width: 12, cell: ({ level }) => renderLevel(pen, level) },
    {
      head: 'TIME',
      width: timeCells(view),
      cell: ({ entry }) => pen.run(formatTimeOrDate(toWallTime(view, entry.at), wallNow(view))),
    },
    {
      head: 'AGE',
      width: 7,
      align: 'right',
      hideBelow: 90,
      cell: ({ entry }) => pen.run(formatAge(now - entry.at), 'faint'),
    },
    { head: 'KIND', width: 9, cell: ({ entry }) => pen.run(kindText(entry)) },
    {
      head: 'OBJECT',
      required: true,
      width: 30,
      isTight: true,
      grow: 1,
      keepsEnd: () => true,
      cell: ({ entry }) => pen.run(objectText(entry)),
    },
    { head: 'CHANGE', width: 20, grow: 2, isText: true, cell: ({ entry }) => pen.run(entry.change) },
    {
      head: 'SOURCE',
      width: 14,
      hideBelow: 90,
      cell: ({ entry }) => pen.run(entry.source === '' ? (entry.by ?? 'opsdeck') : entry.source, 'faint'),
    },
  ];
};

/** ' no changes since opsdeck started; no related change in the last 6 h by: k8s' */
const noChangesText = ({ cockpit, now }: RenderContext): string => {
  const before = coverageText(cockpit.changeCoverage, now);
  return ` no changes since opsdeck started${before === '' ? '' : `; ${before}`}`;
};

/** Status lines for gaps: sources without data, and an empty journal. */
const journalStates = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { own, pen, past } = view;
  if (own === undefined) return [...hiddenRowsLines(view, count), missingFactsLine(view)];
  const blind = new Set(own.snapshot.faults.map(({ source }) => source)).size;
  const empty: readonly StyledLine[] =
    count.all > 0
      ? []
      : [
          [
            pen.run(' '),
            pen.glyph('empty', 'loading'),
            pen.run(
              past === undefined ? noChangesText(view) : ' no changes recorded up to this time',
              'loading',
            ),
          ],
        ];
  const unseen: readonly StyledLine[] =
    blind === 0
      ? []
      : [
          [
            pen.run(' '),
            pen.glyph('down', 'down'),
            pen.run(
              ` no data from ${pluralize(blind, 'source')}: their changes are missing here · ${boundKey(view.cockpit, 'pane.W', 'W')} shows why`,
              'down',
            ),
          ],
        ];
  const drills = hiddenDrillsLines(view, 'journal', view.cockpit.journal, 'drill event');
  return [...hiddenRowsLines(view, count), ...pendingResetLines(view), ...empty, ...drills, ...unseen];
};

/** The key of the workload that a recorded change names: sources record names, not rows. */
const workloadRow = ({ own }: RenderContext, { what, source }: JournalEntry): string | undefined =>
  own?.snapshot.kinds.workloads.rows.find(
    ({ fact }) => fact.source === source && `${fact.kind} ${fact.name}` === what,
  )?.key;

/** Opens the row that the change is about, if it still exists. */
const enter = ({ model, view, notify: say }: KeyContext, { entry }: JournalRow) => {
  const place = rowPlace(view, entry.row ?? workloadRow(view, entry));
  if (place === undefined)
    return say(entry.row === undefined ? `no pane shows ${entry.what}` : `${entry.what} no longer exists`);
  moveCursorToRow(model, place.pane.id, place.key);
  navigateTo(model, place.pane.id);
};

/** J Changes: changes over time. */
export const journalPane = defineKindPane<JournalRow>({
  id: 'journal',
  key: 'J',
  title: 'Changes',
  noun: 'changes',
  keys: [drillsKey('journal')],
  statusLines: journalStates,
  rows: selectJournalRows,
  order: 'newest first',
  orders: [
    { name: 'worst first', compare: compareWorstFirst },
    { name: 'by name', compare: compareByLabel },
  ],
  table: journalColumns,
  details: journalDetails,
  enter,
});
