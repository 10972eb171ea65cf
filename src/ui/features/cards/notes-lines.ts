import { withParamValues } from '../../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../../domain/runs/proposal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth, truncateList } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** Wraps notes and keeps the line breaks that their author wrote. */
const wrapped = ({ pen }: RenderContext, notes: string, width: number): readonly string[] =>
  notes.split('\n').flatMap((line) => (line.trim() === '' ? [] : pen.wrap(line.trim(), width)));

/** Cells before the text of a step: its mark and a blank. */
const stepInset = 2;

/** The notes of a step, below the question that the operator answers. Never cut: the card scrolls. */
export const stepNotesLines = (
  view: RenderContext,
  step: Pick<PlannedStep, 'notes'> | undefined,
): readonly StyledLine[] => {
  const { pen } = view;
  if (step?.notes === undefined) return [];
  return wrapped(view, step.notes, cardInnerWidth(view) - stepInset).map((text) => [
    pen.run(' '.repeat(stepInset)),
    pen.run(text),
  ]);
};

/** The notes of the runbook and of its steps, in that order; those of a loop once. */
const notesOf = ({ runbook, params }: RunView, { steps }: Proposal): readonly string[] => [
  ...(runbook.notes === undefined ? [] : [withParamValues(runbook.notes, params)]),
  ...new Set(
    steps.flatMap(({ title, notes, each }) =>
      notes === undefined ? [] : [each === undefined ? `${title}: ${notes}` : notes],
    ),
  ),
];

/** Rows of notes before `tab` expands them; fewer on short screens. */
const notesShown = ({ rows }: RenderContext): number => (rows < 30 ? 1 : 3);

/** Notes before the confirmation. Long ones are shortened, and say how many lines `tab` shows. */
export const previewNotesLines = (
  view: RenderContext,
  run: RunView,
  proposal: Proposal,
  all: boolean,
): readonly StyledLine[] => {
  if (proposal.undoes !== undefined) return [];
  const { pen } = view;
  const lines = notesOf(run, proposal).flatMap((notes) => wrapped(view, notes, cardInnerWidth(view)));
  const shown = all ? lines : truncateList(lines, notesShown(view));
  const more = lines.length - shown.length;
  return [
    ...shown.map((text): StyledLine => [pen.run(text)]),
    ...(more === 0 ? [] : [[pen.run(`${pluralize(more, 'more line')} of notes · tab`, 'faint')]]),
  ];
};
