import { paramWords } from '../../cards/param-words.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { RunRow } from './rows.ts';

const shownNotes = 3;

/** What it was run with, why it ended so, what people wrote down; enter opens it whole. */
export const runDetails = (view: View, { run, look }: RunRow): readonly Line[] => {
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
