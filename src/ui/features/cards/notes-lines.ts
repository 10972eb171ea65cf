import { withParamValues } from '../../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../../domain/runs/proposal.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth, cardLabelWidth, labeledLine, labeledList } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** Wraps notes and keeps the line breaks that their author wrote. */
const wrapped = ({ pen }: RenderContext, notes: string, width: number): readonly string[] =>
  notes.split('\n').flatMap((line) => (line.trim() === '' ? [] : pen.wrap(line.trim(), width)));

/** Cells before the text of a step: its mark and two blanks. */
const stepInset = 3;

/** The notes of a step, below the question that the operator answers. Never cut: the card scrolls. */
export const stepNotesLines = (
  view: RenderContext,
  step: Pick<PlannedStep, 'notes'> | undefined,
): readonly StyledLine[] => {
  const { pen } = view;
  if (step?.notes === undefined) return [];
  return wrapped(view, step.notes, cardInnerWidth(view) - cardLabelWidth - stepInset).map((text) =>
    labeledLine(pen, '', [pen.run(' '.repeat(stepInset)), pen.run(text)]),
  );
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

/** Notes before the confirmation. A long list is shortened and says how many lines `tab` shows. */
export const previewNotesLines = (
  view: RenderContext,
  run: RunView,
  proposal: Proposal,
  all: boolean,
): readonly StyledLine[] =>
  proposal.undoes === undefined
    ? labeledList(
        view,
        'notes',
        notesOf(run, proposal).flatMap((notes) =>
          wrapped(view, notes, cardInnerWidth(view) - cardLabelWidth),
        ),
        { all },
      )
    : [];
