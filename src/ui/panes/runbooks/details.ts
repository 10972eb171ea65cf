import { dangerOf, readOnlyNote, whyNotStart } from '../../actions.ts';
import { keyOf } from '../../keys/rebound.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { RunbookRow } from './rows.ts';
import { type StepWords, stepsOf } from './steps.ts';

const stepLine = ({ pen }: View, { part, title, calls }: StepWords): Line => [
  pen.run(`   ${part.padEnd(6)}`, 'faint'),
  pen.run(title),
  pen.run(calls === '' ? '' : `  ${calls}`, 'faint'),
];

const startLine = (view: View, { suggestion: { runbook } }: RunbookRow): Line => {
  const { pen, cockpit } = view;
  const whyNot = whyNotStart(cockpit, runbook);
  if (whyNot !== undefined)
    return [pen.run('   '), pen.glyph('denied', 'down'), pen.run(` why not: ${whyNot}`, 'down')];
  const note = readOnlyNote(cockpit, runbook);
  return [
    pen.run('   enter opens its card, which only reads', 'faint'),
    pen.run(note === undefined ? '' : ` · ${note}`, 'warn'),
  ];
};

/** Whether it can be started, why it fits or not; with `steps` all that it would read, call and prove. */
export const runbookDetails = (view: View, row: RunbookRow, steps: boolean): readonly Line[] => {
  const { pen, columns } = view;
  const { runbook, why } = row.suggestion;
  const asks = runbook.params.map(({ name }) => name).join(', ');
  const head: Line = [
    pen.run(` ${runbook.title}`, 'bold'),
    pen.run(
      `  ${runbook.id}${asks === '' ? '' : ` · asks for ${asks}`} · ${keyOf(view.cockpit, 'runbook.steps', 'l')} ${steps ? 'hides' : 'shows'} its steps`,
      'faint',
    ),
  ];
  const said = why === '' ? [] : pen.wrap(why, columns - 4).slice(0, 2);
  return [
    head,
    ...said.map((piece): Line => [pen.run(`   ${piece}`)]),
    startLine(view, row),
    ...(steps ? stepsOf(runbook, dangerOf(row.suggestion)).map((step) => stepLine(view, step)) : []),
    ...(steps && runbook.notes !== undefined
      ? pen.wrap(runbook.notes, columns - 4).map((piece): Line => [pen.run(`   ${piece}`, 'faint')])
      : []),
  ];
};
