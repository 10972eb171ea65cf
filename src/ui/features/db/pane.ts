import type { Note } from '../../../domain/facts/facts.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import {
  activeMs,
  blockedText,
  isBlockedByPrepared,
  isIdleInTransaction,
} from '../../../kinds/sessions/state.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { requestRowDetails } from '../../shell/keys/shared-keys.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { NoteRequest } from '../../shell/panes/note-lines.ts';
import { renderNotes } from '../../shell/panes/note-lines.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { describeProblem, renderLevel, renderStale } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';
import { createTreeRows, treeIndent } from '../../shell/panes/tree.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { consoleKey } from '../runbook-matching/terminal-keys.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import type { SessionRow } from './session-tree.ts';
import { buildSessionTree } from './session-tree.ts';

/** A section of server information besides its sessions, shown one at a time. */
interface DbNoteSection {
  /** The feed's name. */
  readonly name: string;
  readonly title: string;
}

const dbNoteSections: readonly DbNoteSection[] = [
  { name: 'statements', title: 'slow statements by mean time' },
  { name: 'locks', title: 'lock waits' },
  { name: 'tuples', title: 'dead rows and table scans' },
  { name: 'sizes', title: 'sizes' },
  { name: 'settings', title: 'settings, pending restarts' },
  { name: 'replication', title: 'replication' },
];

const [firstSection] = dbNoteSections;

/** The section selected with `t`. */
const selectedDbSection = (view: RenderContext): DbNoteSection =>
  dbNoteSections[(paneState(view.ui, 'db').options?.part ?? 0) % dbNoteSections.length] ??
  firstSection ?? { name: 'statements', title: '' };

const dbNoteRequests = (view: RenderContext, { fact }: SessionRow): readonly NoteRequest[] => [
  { source: fact.source, name: selectedDbSection(view).name },
];

/** Formats a note with its figures first, because statements can be longer than the screen. */
const figuresFirst = ({ title, text }: Note): string => `${text}  ${title}`;
const nameFirst = ({ title, text }: Note): string => `${title}  ${text}`;

const sectionLines = (view: RenderContext, source: string): readonly StyledLine[] => {
  const { name, title } = selectedDbSection(view);
  const textOf = name === 'statements' ? figuresFirst : nameFirst;
  return renderNotes(view, `${title} · t next section`, { source, name }, () => true, textOf);
};

/** Renders what the session waits for and the pids it blocks. */
const blockingLines = (
  view: RenderContext,
  { fact, blockedCount: blocks }: SessionRow,
): readonly StyledLine[] => {
  const { pen } = view;
  const rows = view.own?.snapshot.kinds.sessions.rows ?? [];
  const waiting = rows.filter(
    (row) => row.fact.source === fact.source && row.fact.blockedBy.includes(fact.pid),
  );
  const direct = waiting.map((row) => row.fact.pid).join(', ');
  const others = blocks > waiting.length ? `, ${blocks - waiting.length} more indirectly` : '';
  return [
    ...(fact.waiting === '' ? [] : [[pen.run(`   waiting: ${fact.waiting}`, 'warn' as const)]]),
    ...(isBlockedByPrepared(fact.blockedBy)
      ? [
          [
            pen.run(
              '   blocked by a prepared transaction: see pg_prepared_xacts, end the transaction with ROLLBACK PREPARED',
              'warn' as const,
            ),
          ],
        ]
      : []),
    ...(waiting.length === 0 ? [] : [[pen.run(`   blocks ${direct}${others}`, 'warn' as const)]]),
  ];
};

/** Renders the details of the selected session; opened: with the selected section. */
const sessionDetails = (view: RenderContext, row: SessionRow, opened: boolean): readonly StyledLine[] => {
  const { pen, now } = view;
  const { fact } = row;
  const from = fact.client === undefined ? '' : ` from ${fact.client}`;
  const since = fact.startedAt === undefined ? '' : ` · connected ${formatAge(now - fact.startedAt)}`;
  const head: StyledLine = [
    pen.run(` ${fact.pid}`, 'bold'),
    pen.run(
      `  ${fact.user}@${fact.database}${from}${since} · ${fact.source}, ${formatAge(now - fact.at)} ago`,
      'faint',
    ),
  ];
  const idle: readonly StyledLine[] =
    isIdleInTransaction(fact) && fact.transactionMs !== undefined
      ? [[pen.run(`   idle in a transaction open for ${formatAge(fact.transactionMs)}`, row.level)]]
      : [];
  const query: StyledLine = [pen.run(`   ${fact.query === '' ? '(no query)' : fact.query}`)];
  const own = [head, ...blockingLines(view, row), ...idle, query];
  return opened ? [...own, ...sectionLines(view, fact.source)] : own;
};

const nextSection = (context: KeyContext): void => {
  const { model, view } = context;
  const state = paneState(view.ui, 'db');
  const index = dbNoteSections.indexOf(selectedDbSection(view));
  // The first press opens the row with the current section.
  const part = state.opened ? (index + 1) % dbNoteSections.length : index;
  updatePane(model, 'db', { opened: true, options: { ...state.options, part } });
  requestRowDetails({ ...context, view: { ...view, ui: model.getState() } });
};

/** The keys of D DB sessions. */
const dbKeys: readonly Binding[] = [
  {
    id: 'db.part',
    keys: ['t'],
    description: 'show the next section: statements, locks, dead rows, sizes, settings, replication',
    footer: 'statements',
    whyNot: ({ row, view }) => {
      if (view.ui.place === 'overview')
        return `only in the full pane: press ${boundKey(view.cockpit, 'zoom', 'z')} first`;
      return row?.subject?.kind === 'sessions'
        ? undefined
        : 'no session is selected: move the cursor to a session';
    },
    run: nextSection,
  },
  consoleKey('db'),
];

/** 'blocks 2 · idle in transaction for 14m', 'waits for 41 · active for 2m · waits: Lock: tuple' */
const sessionProblem = describeProblem<SessionRow>(({ fact, blockedCount: blocks }) => {
  const working = activeMs(fact);
  return [
    blocks === 0 ? '' : `blocks ${blocks}`,
    blockedText(fact.blockedBy),
    `${fact.state === '' ? 'unknown' : fact.state}${working < 0 ? '' : ` for ${formatAge(working)}`}`,
    fact.waiting === '' ? '' : `waiting: ${fact.waiting}`,
  ];
});

/** Minimum width at which the overview shows column heads. */
const roomy = 100;

type Compare = (a: SessionRow, b: SessionRow) => number;
const ageOf = ({ fact }: SessionRow): number => activeMs(fact);

const clientName = ({ fact }: SessionRow): string => fact.application ?? fact.user;

/** Default order: by level, then most blocked sessions, then the longest transaction or query; idle sessions last. */
const blockersFirst: Compare = (a, b) =>
  levelRank[b.level] - levelRank[a.level] ||
  b.blockedCount - a.blockedCount ||
  ageOf(b) - ageOf(a) ||
  a.fact.pid - b.fact.pid;

/** The time of the current query; undefined for an idle session. */
const activeTime = (row: SessionRow): number | undefined => (ageOf(row) < 0 ? undefined : ageOf(row));

const orders: readonly PaneOrder<SessionRow>[] = [
  { name: 'by pid', column: 'PID', value: ({ fact }) => fact.pid },
  { name: 'by duration', column: 'QUERY FOR', value: activeTime, largestFirst: true },
  {
    name: 'by number of blocked sessions',
    value: ({ blockedCount }) => blockedCount,
    largestFirst: true,
    compare: (a, b) => ageOf(b) - ageOf(a),
  },
  { name: 'by application', column: 'WHO', value: clientName },
];

const sessionRows = createTreeRows({
  id: 'db',
  first: blockersFirst,
  roots: ({ own }) => buildSessionTree(own?.snapshot.kinds.sessions.rows ?? []),
});

/** '2 blocked · 1 idle in transaction', in the title. */
const caption = ({ own }: RenderContext): string => {
  const rows = own?.snapshot.kinds.sessions.rows ?? [];
  const waiting = rows.filter(({ fact }) => fact.blockedBy.length > 0).length;
  const idle = rows.filter(({ fact }) => isIdleInTransaction(fact)).length;
  const parts = [
    ...(waiting === 0 ? [] : [`${waiting} blocked`]),
    ...(idle === 0 ? [] : [`${idle} idle in transaction`]),
  ];
  return parts.join(' · ');
};

const stateOf = ({ fact, blockedCount: blocks }: SessionRow): string => {
  if (fact.blockedBy.length > 0) return blockedText(fact.blockedBy);
  if (blocks > 0) return `blocks ${blocks}`;
  // Blocking is more important than the session state, which also has its own column if there is room.
  if (isIdleInTransaction(fact)) return 'idle in transaction';
  return fact.state === '' ? 'unknown' : fact.state;
};

/** Width of the state column: wide enough not to truncate 'blocked by a prepared transaction'. */
const stateCells = (view: RenderContext): number =>
  (view.own?.snapshot.kinds.sessions.rows ?? []).some(({ fact }) => isBlockedByPrepared(fact.blockedBy))
    ? 36
    : 20;

const duration = (ms: number | undefined): string => (ms === undefined ? '–' : formatAge(ms));

const table = (view: RenderContext): readonly Column<SessionRow>[] => {
  const { pen } = view;
  return [
    {
      head: '',
      name: 'LEVEL',
      required: true,
      width: stateCells(view),
      cell: (row): StyledLine =>
        row.row.stale ? renderStale(pen, stateOf(row)) : renderLevel(pen, row.level, stateOf(row)),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      head: 'PID',
      required: true,
      width: 12,
      cell: (row): StyledLine => [...treeIndent(pen, row.treePosition), pen.run(String(row.fact.pid))],
    },
    {
      head: 'WHO',
      width: 16,
      grow: 1,
      cell: ({ fact }) => pen.run(fact.application ?? fact.user),
      renderFolded: (rows) => pen.run(moreText(rows.length, sessionRows(view).length, 'session')),
    },
    { head: 'STATE', width: 12, hideBelow: 96, cell: ({ fact }) => pen.run(fact.state) },
    {
      head: 'QUERY FOR',
      width: 10,
      align: 'right',
      cell: ({ fact }) => pen.run(fact.state === 'idle' ? '–' : duration(fact.durationMs)),
    },
    {
      head: 'TX FOR',
      width: 9,
      align: 'right',
      hideBelow: 70,
      cell: ({ fact }) => pen.run(duration(fact.transactionMs)),
    },
    {
      head: 'QUERY',
      width: 16,
      grow: 3,
      hideBelow: 76,
      cell: ({ fact }) => pen.run(fact.query, 'faint'),
    },
  ];
};

/** Minimum width of a table of the overview with the statement of each session. */
const minQueryCells = 56;

/** Columns for an overview that is too narrow for all: the session, its state and since when, and its statement. */
const overviewTable = (view: RenderContext, width: number): readonly Column<SessionRow>[] => {
  const { pen } = view;
  return [
    {
      head: '',
      name: 'LEVEL',
      required: true,
      width: 2,
      cell: ({ row, level }) => (row.stale ? pen.glyph('stale', 'stale') : pen.glyph(level, level)),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      head: 'PID',
      required: true,
      width: 16,
      isTight: true,
      cell: ({ treePosition, fact }): StyledLine => [
        ...treeIndent(pen, treePosition),
        pen.run(String(fact.pid)),
      ],
    },
    {
      head: 'APPLICATION',
      width: 20,
      isTight: true,
      grow: 1,
      keepsEnd: () => true,
      cell: (row) => pen.run(clientName(row)),
      renderFolded: (rows) => pen.run(moreText(rows.length, sessionRows(view).length, 'session')),
    },
    {
      head: 'STATE',
      required: true,
      width: 36,
      isTight: true,
      cell: (row) =>
        pen.run(stateOf(row), row.row.stale ? 'stale' : row.level === 'ok' ? 'plain' : row.level),
    },
    {
      head: 'FOR',
      width: 10,
      isTight: true,
      align: 'right',
      cell: (row) => pen.run(row.fact.state === 'idle' ? '–' : duration(activeTime(row))),
    },
    ...(width < minQueryCells
      ? []
      : [
          {
            head: 'QUERY',
            width: 12,
            grow: 2,
            isText: true,
            cell: ({ fact }: SessionRow) => pen.run(fact.query, 'faint'),
          },
        ]),
  ];
};

/** D DB sessions: database sessions as a blocking tree. */
export const dbPane = defineKindPane<SessionRow>({
  id: 'db',
  key: 'D',
  title: 'DB sessions',
  noun: 'database sessions',
  kind: 'sessions',
  isLineWhenOk: true,
  optional: true,
  keys: dbKeys,
  rows: sessionRows,
  problem: sessionProblem,
  orders,
  caption: (view, _rows, form, width) => (form === 'full' || width >= roomy ? '' : caption(view)),
  table: (view, form, width) =>
    form === 'full' || width >= roomy ? table(view) : overviewTable(view, width),
  details: sessionDetails,
  below: renderRelatedSignals,
  noteRequests: dbNoteRequests,
});
