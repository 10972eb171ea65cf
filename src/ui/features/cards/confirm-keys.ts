import { armHere } from '../../keys/shared.ts';
import { changeCard } from '../../model.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { closeKey, withRun } from './common-keys.ts';
import { copyKey, overrideKey, proposeAgain } from './kept-keys.ts';
import { loginThenPlan } from './login-keys.ts';
import { cardStateOf, nameToType, questionOf, runOnScreen, whyNotYes } from './question.ts';

export const callsKey: Binding = {
  id: 'card.calls',
  keys: ['tab'],
  does: 'full calls and checks, or cut to a few lines',
  run: withRun(({ model, view }, run) =>
    changeCard(model, questionOf(run), { calls: !cardStateOf(view, run).calls }),
  ),
};

/** Typed names are handed over one per line, as the gate compares them one by one. */
const confirm = withRun(({ commands, model, view }, run) => {
  const { text } = cardStateOf(view, run);
  const name = nameToType(run);
  if (name === undefined) return commands.confirm({ pasted: false });
  if (text === name)
    return commands.confirm({ typed: (run.proposal?.names ?? []).join('\n'), pasted: false });
  changeCard(model, questionOf(run), { complaint: 'enter waits for the whole name' });
});

const notYet = ({ view }: Hand): string | undefined => {
  const run = runOnScreen(view);
  return run && whyNotYes(view, run);
};

/** Keys of the card while it is planned. */
export const planningKeys: readonly Binding[] = [callsKey, closeKey];

/** Keys of the card that asks for a yes. */
export const confirmKeys: readonly Binding[] = [
  { id: 'confirm', keys: ['enter'], does: 'yes: go on', footer: 'go on', whyNot: notYet, run: confirm },
  armHere,
  overrideKey,
  callsKey,
  copyKey,
  { ...closeKey, id: 'decline', does: 'no: nothing is sent', footer: 'cancel' },
];

/** Keys of the card of what was refused. */
export const refusedKeys: readonly Binding[] = [
  { id: 'plan.again', keys: ['r'], does: 'plan again', footer: 'plan again', run: withRun(proposeAgain) },
  loginThenPlan(withRun(proposeAgain)),
  armHere,
  overrideKey,
  callsKey,
  copyKey,
  closeKey,
];
