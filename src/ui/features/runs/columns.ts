import { ageText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import type { PastRun } from '../../../store/run-types.ts';
import type { Column } from '../../components/table.ts';
import { dateText } from '../../text/ages.ts';
import type { View } from '../../view.ts';
import type { RunRow } from './rows.ts';

const dayMs = 86_400_000;

/** '10:02:03'; of another day '04 Mar 10:02'. UTC, as the ledger has it. */
const whenOf = ({ now, wallOffset }: View, at: number): string =>
  Math.floor((now + wallOffset) / dayMs) === Math.floor(at / dayMs)
    ? clockText(at)
    : dateText(at).slice(4, 16);

/** Of the system that is open the environment is enough. */
const envOf = ({ cockpit }: View, { system, env }: PastRun): string =>
  cockpit.open?.system === system ? env : `${system}/${env}`;

/** What came of each, when, of what, by whom, where. */
export const runColumns = (view: View): readonly Column<RunRow>[] => {
  const { pen, now, wallOffset } = view;
  return [
    {
      head: '',
      width: 17,
      cell: ({ look }) => [pen.glyph(look.glyph, look.role), pen.run(` ${short(look.word)}`, look.role)],
    },
    { head: 'WHEN (UTC)', width: 13, cell: ({ run }) => pen.run(whenOf(view, run.at)) },
    {
      head: 'AGO',
      width: 6,
      align: 'right',
      hideBelow: 110,
      cell: ({ run }) => pen.run(ageText(now + wallOffset - run.at), 'faint'),
    },
    { head: 'RUN', width: 22, grow: 3, cell: ({ label }) => pen.run(label, 'bold') },
    { head: 'WHO', width: 12, grow: 1, cell: ({ run }) => pen.run(`${run.who}@${run.host}`) },
    { head: 'ENV', width: 11, cell: ({ run }) => pen.run(envOf(view, run)) },
    {
      head: 'TOOK',
      width: 7,
      align: 'right',
      hideBelow: 90,
      cell: ({ run }) => pen.run(run.endedAt === undefined ? '–' : ageText(run.endedAt - run.at)),
    },
  ];
};

/** 'EXECUTED but NOT RECOVERED' in a column. */
const short = (word: string): string => word.replace('EXECUTED but ', '');
