import { firstRow } from '../../cursor.ts';
import type { Binding } from '../../panes/pane.ts';
import { whyNotAgain } from '../runbooks/actions.ts';
import { closeKey, withRun } from './common-keys.ts';
import { callsKey } from './confirm-keys.ts';
import { copyKey, noteKey, proposeAgain } from './kept-keys.ts';
import { outputKey } from './output-key.ts';
import { runOnScreen, whyNoUndo } from './question.ts';

export const backgroundKey: Binding = {
  id: 'card.background',
  keys: ['esc'],
  does: 'put the card away; the run goes on',
  footer: 'background',
  run: ({ commands }) => commands.background(true),
};

/** Keys of the card of a run that goes on. */
export const runningKeys: readonly Binding[] = [backgroundKey, outputKey, noteKey];

/** Keys of the card of a run that asks whether to go on. */
export const askKeys: readonly Binding[] = [
  {
    id: 'go.on',
    keys: ['enter'],
    does: 'go on',
    footer: 'go on',
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'stop.here',
    keys: ['n'],
    does: 'stop here: what was done stays done',
    footer: 'stop here',
    run: ({ commands }) => commands.tick(false),
  },
  ...runningKeys,
];

/** Keys of the card of a run that waits for a step done by hand. */
export const tickKeys: readonly Binding[] = [
  {
    id: 'tick',
    keys: ['enter'],
    does: 'the step is done',
    footer: 'done',
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'tick.no',
    keys: ['n'],
    does: 'the step was not done',
    footer: 'not done',
    run: ({ commands }) => commands.tick(false),
  },
  ...runningKeys,
];

/** Keys of the card of a run that has ended. */
export const endedKeys: readonly Binding[] = [
  {
    id: 'card.undo',
    keys: ['u'],
    does: 'undo it, with its own gates',
    footer: 'undo',
    whyNot: ({ view }) => whyNoUndo(view.cockpit.run),
    run: withRun(({ commands }, run) => {
      if (run.proposal !== undefined) commands.undo(run.proposal.run);
    }),
  },
  {
    id: 'card.again',
    keys: ['r', 'a'],
    does: 'run it again with the same parameters, through every gate',
    whyNot: ({ view }) => {
      const run = runOnScreen(view);
      return run === undefined ? undefined : whyNotAgain(view.cockpit, run.proposal);
    },
    run: withRun(proposeAgain),
  },
  noteKey,
  copyKey,
  outputKey,
  callsKey,
  {
    id: 'card.runbooks',
    keys: ['R'],
    does: 'runbooks, those that fit first',
    footer: 'runbook',
    run: ({ model }) => model.setState({ overlay: { is: 'runbooks', cursor: firstRow } }),
  },
  closeKey,
];
