import { ageText } from '../../../domain/duration.ts';
import type { Note } from '../../../domain/facts.ts';
import { rank } from '../../../domain/level.ts';
import {
  blockedText,
  isBlockedByPrepared,
  isIdleInTransaction,
  workingMs,
} from '../../../kinds/sessions/state.ts';
import type { Column } from '../../components/table.ts';
import { readDetails } from '../../keys/shared.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { NoteAsk } from '../../panes/notes.ts';
import { noteBlock } from '../../panes/notes.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { branchRuns, treeOf } from '../../panes/tree.ts';
import { howMany } from '../../panes/worst-first.ts';
import { levelCell, staleCell, wrongOf } from '../../panes/wrong.ts';
import { counted } from '../../text/ages.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { SessionRow } from './rows.ts';
import { sessionNodes } from './rows.ts';

/** What a server tells of itself besides its sessions, a part at a time. */
interface DbPart {
  /** The feed's name. */
  readonly name: string;
  readonly title: string;
}

const dbParts: readonly DbPart[] = [
  { name: 'statements', title: 'slow statements, by their mean' },
  { name: 'locks', title: 'locks that are waited for' },
  { name: 'tuples', title: 'dead rows and how tables are read' },
  { name: 'sizes', title: 'sizes' },
  { name: 'settings', title: 'settings, and those that wait for a restart' },
  { name: 'replication', title: 'replication' },
];

const [firstPart] = dbParts;

/** The part that `t` has come to. */
const partOf = (view: View): DbPart =>
  dbParts[(paneStateOf(view.ui, 'db').chosen?.part ?? 0) % dbParts.length] ??
  firstPart ?? { name: 'statements', title: '' };

const dbAsks = (view: View, { fact }: SessionRow): readonly NoteAsk[] => [
  { source: fact.source, name: partOf(view).name },
];

/** Figures first: a statement is longer than any screen. */
const figuresFirst = ({ title, text }: Note): string => `${text}  ${title}`;
const nameFirst = ({ title, text }: Note): string => `${title}  ${text}`;

const partLines = (view: View, source: string): readonly Line[] => {
  const { name, title } = partOf(view);
  const textOf = name === 'statements' ? figuresFirst : nameFirst;
  return noteBlock(view, `${title} · t shows the next part`, { source, name }, () => true, textOf);
};

/** Who waits for it and for whom it waits, by pid. */
const blockingLines = (view: View, { fact, blocks }: SessionRow): readonly Line[] => {
  const { pen } = view;
  const rows = view.own?.snapshot.kinds.sessions.rows ?? [];
  const waiting = rows.filter(
    (row) => row.fact.source === fact.source && row.fact.blockedBy.includes(fact.pid),
  );
  const direct = waiting.map((row) => row.fact.pid).join(', ');
  const others = blocks > waiting.length ? `, ${blocks - waiting.length} more behind them` : '';
  return [
    ...(fact.waiting === '' ? [] : [[pen.run(`   waits: ${fact.waiting}`, 'warn' as const)]]),
    ...(isBlockedByPrepared(fact.blockedBy)
      ? [
          [
            pen.run(
              '   blocked by a prepared transaction: pg_prepared_xacts lists it, ROLLBACK PREPARED ends it',
              'warn' as const,
            ),
          ],
        ]
      : []),
    ...(waiting.length === 0 ? [] : [[pen.run(`   waited for by ${direct}${others}`, 'warn' as const)]]),
  ];
};

/** What is under the cursor; opened: a part of what its server tells of itself. */
const sessionDetails = (view: View, row: SessionRow, opened: boolean): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const from = fact.client === undefined ? '' : ` from ${fact.client}`;
  const since = fact.startedAt === undefined ? '' : ` · connected ${ageText(now - fact.startedAt)}`;
  const head: Line = [
    pen.run(` ${fact.pid}`, 'bold'),
    pen.run(
      `  ${fact.user}@${fact.database}${from}${since} · ${fact.source}, ${ageText(now - fact.at)} ago`,
      'faint',
    ),
  ];
  const idle: readonly Line[] =
    isIdleInTransaction(fact) && fact.transactionMs !== undefined
      ? [[pen.run(`   does nothing in a transaction that is ${ageText(fact.transactionMs)} old`, row.level)]]
      : [];
  const query: Line = [pen.run(`   ${fact.query === '' ? '(no query)' : fact.query}`)];
  const own = [head, ...blockingLines(view, row), ...idle, query];
  return opened ? [...own, ...partLines(view, fact.source)] : own;
};

const nextPart = (hand: Hand): void => {
  const { model, view } = hand;
  const state = paneStateOf(view.ui, 'db');
  const at = dbParts.indexOf(partOf(view));
  // The first time it opens the row, and shows what stands there already.
  const part = state.opened ? (at + 1) % dbParts.length : at;
  changePane(model, 'db', { opened: true, chosen: { ...state.chosen, part } });
  readDetails({ ...hand, view: { ...view, ui: model.getState() } });
};

/** The keys of D DB. */
const dbKeys: readonly Binding[] = [
  {
    id: 'db.part',
    keys: ['t'],
    does: 'slow statements, locks, dead rows, sizes, settings, replication: the next of them',
    footer: 'statements',
    whyNot: ({ row, view }) => {
      if (view.ui.place === 'overview') return 'z first: they stand below the pane alone';
      return row?.subject?.kind === 'sessions' ? undefined : 'no session is selected';
    },
    run: nextPart,
  },
];

/** 'blocks 2 · idle in transaction for 14m', 'waits for 41 · active for 2m · waits: Lock: tuple' */
const sessionWrong = wrongOf<SessionRow>(({ fact, blocks }) => {
  const working = workingMs(fact);
  return [
    blocks === 0 ? '' : `blocks ${blocks}`,
    blockedText(fact.blockedBy),
    `${fact.state === '' ? 'unknown' : fact.state}${working < 0 ? '' : ` for ${ageText(working)}`}`,
    fact.waiting === '' ? '' : `waits: ${fact.waiting}`,
  ];
});

/** From so many cells on the overview has the heads of every column. */
const roomy = 100;

type Compare = (a: SessionRow, b: SessionRow) => number;
const ageOf = ({ fact }: SessionRow): number => workingMs(fact);

const whoOf = ({ fact }: SessionRow): string => fact.application ?? fact.user;

/** Who blocks most first, then the longest transaction, then the longest query; idle ones last. */
const blockersFirst: Compare = (a, b) =>
  rank[b.level] - rank[a.level] || b.blocks - a.blocks || ageOf(b) - ageOf(a) || a.fact.pid - b.fact.pid;

const orders: readonly { readonly name: string; readonly by: Compare }[] = [
  { name: 'by pid', by: (a, b) => a.fact.pid - b.fact.pid },
  { name: 'by duration', by: (a, b) => ageOf(b) - ageOf(a) },
  { name: 'by how many wait', by: (a, b) => b.blocks - a.blocks || ageOf(b) - ageOf(a) },
  { name: 'by application', by: (a, b) => (whoOf(a) < whoOf(b) ? -1 : whoOf(a) > whoOf(b) ? 1 : 0) },
];

const sessionRows = treeOf({
  id: 'db',
  first: blockersFirst,
  orders,
  roots: ({ own }) => sessionNodes(own?.snapshot.kinds.sessions.rows ?? []),
});

/** '12 sessions · 2 wait for 41': the first thing to know of a database in trouble. */
const caption = ({ pen, own }: View): Line => {
  const rows = own?.snapshot.kinds.sessions.rows ?? [];
  const waiting = rows.filter(({ fact }) => fact.blockedBy.length > 0).length;
  const idle = rows.filter(({ fact }) => isIdleInTransaction(fact)).length;
  const parts = [
    counted(rows.length, 'session'),
    ...(waiting === 0 ? [] : [`${waiting} blocked`]),
    ...(idle === 0 ? [] : [`${idle} idle in transaction`]),
  ];
  return [pen.run(parts.join(' · '), 'faint')];
};

const stateOf = ({ fact, blocks }: SessionRow): string => {
  if (fact.blockedBy.length > 0) return blockedText(fact.blockedBy);
  if (blocks > 0) return `blocks ${blocks}`;
  // A column of its own tells the state where there is room for it, and what is in its way is more than that.
  if (isIdleInTransaction(fact)) return 'idle in transaction';
  return fact.state === '' ? 'unknown' : fact.state;
};

/** As ever, or what the longest text takes: that a prepared transaction blocks is never cut. */
const stateCells = (view: View): number =>
  (view.own?.snapshot.kinds.sessions.rows ?? []).some(({ fact }) => isBlockedByPrepared(fact.blockedBy))
    ? 36
    : 20;

const duration = (ms: number | undefined): string => (ms === undefined ? '–' : ageText(ms));

const table = (view: View, brief: boolean): readonly Column<SessionRow>[] => {
  const { pen } = view;
  const head = (text: string): string => (brief ? '' : text);
  return [
    {
      head: '',
      width: stateCells(view),
      cell: (row): Line =>
        row.row.stale ? staleCell(pen, stateOf(row)) : levelCell(pen, row.level, stateOf(row)),
      folded: () => [pen.glyph('ok', 'ok'), pen.run(' OK', 'ok')],
    },
    {
      head: head('PID'),
      width: 12,
      cell: (row): Line => [...branchRuns(pen, row.branch), pen.run(String(row.fact.pid))],
    },
    {
      head: head('WHO'),
      width: 16,
      grow: 1,
      cell: ({ fact }) => pen.run(fact.application ?? fact.user),
      folded: (rows) => pen.run(howMany(rows.length, sessionRows(view).length, 'session')),
    },
    { head: head('STATE'), width: 12, hideBelow: 96, cell: ({ fact }) => pen.run(fact.state) },
    {
      head: head('QUERY FOR'),
      width: 10,
      align: 'right',
      cell: ({ fact }) => pen.run(fact.state === 'idle' ? '–' : duration(fact.durationMs)),
    },
    {
      head: head('TX FOR'),
      width: 9,
      align: 'right',
      hideBelow: 70,
      cell: ({ fact }) => pen.run(duration(fact.transactionMs)),
    },
    {
      head: head('QUERY'),
      width: 16,
      grow: 3,
      hideBelow: 76,
      cell: ({ fact }) => pen.run(fact.query, 'faint'),
    },
  ];
};

/** D DB: database sessions and who blocks whom. */
export const dbPane = definePane<SessionRow>({
  id: 'db',
  key: 'D',
  title: 'DB',
  noun: 'database sessions',
  kind: 'sessions',
  optional: true,
  keys: dbKeys,
  rows: sessionRows,
  wrong: sessionWrong,
  orders: orders.map(({ name }) => ({ name })),
  caption: (view, _rows, form, width) => (form === 'full' || width >= roomy ? [] : caption(view)),
  table: (view, form, width) => table(view, form !== 'full' && width + 2 < roomy),
  details: sessionDetails,
  asks: dbAsks,
});
