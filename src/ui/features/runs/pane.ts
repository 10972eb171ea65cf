import { definePane } from '../../panes/define-pane.ts';
import { byName, worstFirst } from '../../panes/worst-first.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { paramWords } from '../cards/param-words.ts';
import { runColumns } from './columns.ts';
import { openRun, runKeys } from './keys.ts';
import type { RunRow } from './rows.ts';
import { runRows } from './rows.ts';
import { runStates } from './states.ts';

const shownNotes = 3;

/** What it was run with, why it ended so, what people wrote down; enter opens it whole. */
const runDetails = (view: View, { run, look }: RunRow): readonly Line[] => {
  const { pen, columns } = view;
  const { title, runbook, params, why, undoes, notes = [] } = run;
  const words = [runbook, paramWords(params), undoes === undefined ? '' : `undoes ${undoes}`];
  const said = [
    why === '' ? look.word.toLowerCase() : why,
    ...notes.slice(-shownNotes).map((note) => `note: ${note}`),
  ];
  return [
    [
      pen.run(` ${title}`, 'bold'),
      pen.run(`  ${words.filter((word) => word !== '').join(' · ')} · enter opens it whole`, 'faint'),
    ],
    ...said.flatMap((text) => pen.wrap(text, columns - 4).map((piece): Line => [pen.run(`   ${piece}`)])),
  ];
};

const tookOf = ({ run }: RunRow): number => (run.endedAt ?? run.lastAt) - run.at;

export const runsId = 'runs';

/** U RUNS: every run of the ledger, of this and other sessions, of this and other processes. */
export const runsPane = definePane<RunRow>({
  id: runsId,
  key: 'U',
  title: 'RUNS',
  noun: 'runs',
  keys: runKeys,
  states: runStates,
  from: ({ cockpit }) => [cockpit.runs],
  rows: runRows,
  order: 'newest first',
  orders: [
    { name: 'worst first', compare: worstFirst },
    { name: 'by name', compare: byName },
    { name: 'longest first', compare: (a, b) => tookOf(b) - tookOf(a) },
  ],
  caption: () => [],
  table: runColumns,
  details: runDetails,
  enter: (hand, { run }) => openRun(hand, run),
});
