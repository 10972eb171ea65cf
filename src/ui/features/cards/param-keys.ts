import type { RunView } from '../../../store/run-types.ts';
import { changeCard } from '../../model.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { closeKey, withRun } from './common-keys.ts';
import { cardStateOf, choicesFor, questionOf } from './question.ts';

const moveChoice = (step: number): Binding['run'] =>
  withRun(({ model, view }, run) => {
    const last = Math.max(0, (choicesFor(run)?.length ?? 1) - 1);
    const cursor = Math.max(0, Math.min(last, cardStateOf(view, run).cursor + step));
    changeCard(model, questionOf(run), { cursor });
  });

const choiceAt = ({ view }: Hand, run: RunView): string | undefined =>
  choicesFor(run)?.[cardStateOf(view, run).cursor];

const giveChoice = withRun((hand, run) => {
  const choice = choiceAt(hand, run);
  if (choice !== undefined && run.asking !== undefined) hand.commands.give(run.asking.name, choice);
});

/** One more than may be is refused where it is marked: nothing is dropped in silence. */
const markChoice = withRun((hand, run) => {
  const choice = choiceAt(hand, run);
  const several = run.asking?.several;
  if (choice === undefined || several === undefined) return;
  const { complaint: _, ...state } = cardStateOf(hand.view, run);
  const marked = state.marked.filter((one) => one !== choice);
  const isMarked = marked.length < state.marked.length;
  if (!isMarked && marked.length >= several.max)
    return changeCard(hand.model, questionOf(run), { complaint: `no more than ${several.max} at once` });
  hand.model.setState({ card: { ...state, marked: isMarked ? marked : [...marked, choice] } });
});

/** Those that are marked and still there; with none marked, the one under the cursor. */
const giveSeveral = withRun((hand, run) => {
  const { asking } = run;
  const choices = choicesFor(run) ?? [];
  const { marked } = cardStateOf(hand.view, run);
  const gone = marked.filter((one) => !choices.includes(one));
  const complain = (complaint: string) => changeCard(hand.model, questionOf(run), { complaint });
  if (asking?.several === undefined) return;
  if (gone.length > 0) {
    changeCard(hand.model, questionOf(run), { marked: marked.filter((one) => choices.includes(one)) });
    return complain(`${gone.join(', ')} has gone from here: enter takes the others`);
  }
  const choice = choiceAt(hand, run);
  const chosen = marked.length > 0 || choice === undefined ? marked : [choice];
  if (chosen.length < asking.several.min) return complain(`at least ${asking.several.min} are needed`);
  hand.commands.give(asking.name, chosen);
});

const giveText = withRun(({ commands, view }, run) => {
  if (run.asking !== undefined) commands.give(run.asking.name, cardStateOf(view, run).text);
});

/** Keys of the card that asks for a choice. */
export const choiceKeys: readonly Binding[] = [
  { id: 'choice.down', keys: ['j', 'down'], does: 'next choice', run: moveChoice(1) },
  { id: 'choice.up', keys: ['k', 'up'], does: 'previous choice', run: moveChoice(-1) },
  { id: 'choice.take', keys: ['enter'], does: 'take this choice', footer: 'take', run: giveChoice },
  closeKey,
];

/** Keys of the card that asks for several of what there is to choose from. */
export const severalKeys: readonly Binding[] = [
  ...choiceKeys.filter(({ id }) => id === 'choice.down' || id === 'choice.up'),
  {
    id: 'choice.mark',
    keys: ['space', 'm'],
    does: 'mark this choice; again, unmark it',
    footer: 'mark',
    run: markChoice,
  },
  {
    id: 'choice.take-marked',
    keys: ['enter'],
    does: 'take what is marked',
    footer: 'take',
    run: giveSeveral,
  },
  closeKey,
];

/** Keys of the card that asks for a value. */
export const valueKeys: readonly Binding[] = [
  { id: 'value.give', keys: ['enter'], does: 'give this value', footer: 'give', run: giveText },
  closeKey,
];
