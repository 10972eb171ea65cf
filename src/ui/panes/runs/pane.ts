import { definePane } from '../define-pane.ts';
import { byName, worstFirst } from '../worst-first.ts';
import { runColumns } from './columns.ts';
import { runDetails } from './details.ts';
import { openRun, runKeys } from './keys.ts';
import { type RunRow, runRows } from './rows.ts';
import { runStates } from './states.ts';

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
