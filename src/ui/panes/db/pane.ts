import { ageText } from '../../../domain/duration.ts';
import { rank } from '../../../domain/level.ts';
import type { Column } from '../../parts/table.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import { howMany } from '../extremes.ts';
import { levelCell, staleCell } from '../level-cell.ts';
import { branchRuns, treeOf } from '../tree.ts';
import { type SessionRow, sessionNodes, workingMs } from './rows.ts';
import { sessionWrong } from './wrong.ts';

/** From so many cells on the overview has the heads of every column. */
const roomy = 100;

type Compare = (a: SessionRow, b: SessionRow) => number;
const ageOf = ({ fact }: SessionRow): number => workingMs(fact);

/** Who blocks most first, then the longest transaction, then the longest query; idle ones last. */
const blockersFirst: Compare = (a, b) =>
  rank[b.level] - rank[a.level] || b.blocks - a.blocks || ageOf(b) - ageOf(a) || a.fact.pid - b.fact.pid;

const orders: readonly { readonly name: string; readonly by: Compare }[] = [
  { name: 'by pid', by: (a, b) => a.fact.pid - b.fact.pid },
  { name: 'by duration', by: (a, b) => ageOf(b) - ageOf(a) },
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
  const idle = rows.filter(({ fact }) => /^idle in transaction/.test(fact.state)).length;
  const parts = [
    counted(rows.length, 'session'),
    ...(waiting === 0 ? [] : [`${waiting} blocked`]),
    ...(idle === 0 ? [] : [`${idle} idle in transaction`]),
  ];
  return [pen.run(parts.join(' · '), 'faint')];
};

const stateOf = ({ fact, blocks }: SessionRow): string => {
  if (fact.blockedBy.length > 0) return `waits for ${fact.blockedBy.join(', ')}`;
  return blocks > 0 ? `blocks ${blocks}` : fact.state;
};

const duration = (ms: number | undefined): string => (ms === undefined ? '–' : ageText(ms));

const table = (view: View, brief: boolean): readonly Column<SessionRow>[] => {
  const { pen } = view;
  const head = (text: string): string => (brief ? '' : text);
  return [
    {
      head: '',
      width: 20,
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

/** What its source tells of the server itself: slow statements, sizes, locks, settings. */
const serverNotes = (view: View, source: string): readonly Line[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter(({ feed }) => feed.kind === 'notes' && feed.source === source)
    .flatMap((state) => state.known?.items ?? [])
    .flatMap((item): readonly Line[] =>
      'title' in item
        ? [
            [view.pen.run(`   ${item.title}`, 'bold')],
            ...view.pen
              .maskText(item.text)
              .split('\n')
              .map((text): Line => [view.pen.run(`     ${text}`)]),
          ]
        : [],
    );

const details = (view: View, row: SessionRow, opened: boolean): readonly Line[] => {
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
  const waiting: readonly Line[] =
    fact.waiting === '' ? [] : [[pen.run(`   waits: ${fact.waiting}`, row.level)]];
  const query: Line = [pen.run(`   ${fact.query === '' ? '(no query)' : fact.query}`)];
  return opened ? [head, ...waiting, query, ...serverNotes(view, fact.source)] : [head, ...waiting, query];
};

/** D DB: database sessions and who blocks whom. */
export const dbPane = definePane<SessionRow>({
  id: 'db',
  key: 'D',
  title: 'DB',
  noun: 'database sessions',
  kind: 'sessions',
  optional: true,
  keys: [],
  rows: sessionRows,
  wrong: sessionWrong,
  orders: orders.map(({ name }) => ({ name })),
  caption: (view, _rows, form, width) => (form === 'full' || width >= roomy ? [] : caption(view)),
  table: (view, form, width) => table(view, form !== 'full' && width + 2 < roomy),
  details,
});
