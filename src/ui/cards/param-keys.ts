import type { Binding } from '../keys/binding.ts';
import { changeCard } from '../model.ts';
import { closeKey, withRun } from './common-keys.ts';
import { cardStateOf, choicesFor, questionOf } from './question.ts';

const moveChoice = (step: number): Binding['run'] =>
  withRun(({ model, view }, run) => {
    const last = Math.max(0, (choicesFor(run)?.length ?? 1) - 1);
    const cursor = Math.max(0, Math.min(last, cardStateOf(view, run).cursor + step));
    changeCard(model, questionOf(run), { cursor });
  });

const giveChoice = withRun(({ commands, view }, run) => {
  const choice = choicesFor(run)?.[cardStateOf(view, run).cursor];
  if (choice !== undefined && run.asking !== undefined) commands.give(run.asking.name, choice);
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

/** Keys of the card that asks for a value. */
export const valueKeys: readonly Binding[] = [
  { id: 'value.give', keys: ['enter'], does: 'give this value', footer: 'give', run: giveText },
  closeKey,
];
