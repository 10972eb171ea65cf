import type { RunView } from '../../../store/cockpit.ts';
import { firstRow } from '../../cursor.ts';
import { armHere, help, interrupt, suspend } from '../../keys/shared.ts';
import { changeCard, typeOnCard } from '../../model.ts';
import type { Binding, Hand, KeyTable, TextField } from '../../panes/pane.ts';
import { whyNotAgain } from '../runbooks/actions.ts';
import { closeKey, scrollKeys, withRun } from './common-keys.ts';
import { copyKey, noteKey, outputKey, overrideKey, proposeAgain } from './kept-keys.ts';
import { loginKeys, loginThenPlan } from './login-keys.ts';
import {
  cardStateOf,
  choicesFor,
  nameToType,
  questionOf,
  runOnScreen,
  whyNotYes,
  whyNoUndo,
} from './question.ts';

const callsKey: Binding = {
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
const planningKeys: readonly Binding[] = [callsKey, closeKey];

/** Keys of the card that asks for a yes. */
const confirmKeys: readonly Binding[] = [
  { id: 'confirm', keys: ['enter'], does: 'yes: go on', footer: 'go on', whyNot: notYet, run: confirm },
  armHere,
  overrideKey,
  callsKey,
  copyKey,
  { ...closeKey, id: 'decline', does: 'no: nothing is sent', footer: 'cancel' },
];

/** Keys of the card of what was refused. */
const refusedKeys: readonly Binding[] = [
  { id: 'plan.again', keys: ['r'], does: 'plan again', footer: 'plan again', run: withRun(proposeAgain) },
  loginThenPlan(withRun(proposeAgain)),
  armHere,
  overrideKey,
  callsKey,
  copyKey,
  closeKey,
];

const backgroundKey: Binding = {
  id: 'card.background',
  keys: ['esc'],
  does: 'put the card away; the run goes on',
  footer: 'background',
  run: ({ commands }) => commands.background(true),
};

/** Keys of the card of a run that goes on. */
const runningKeys: readonly Binding[] = [backgroundKey, outputKey, noteKey];

/** Keys of the card of a run that asks whether to go on. */
const askKeys: readonly Binding[] = [
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
const tickKeys: readonly Binding[] = [
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
const endedKeys: readonly Binding[] = [
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

/** The text field of a card: a value for a parameter, or the target's name, which takes no paste. */
export const cardField = (view: Hand['view'], run: RunView): TextField | undefined => {
  const of = questionOf(run);
  const value = cardStateOf(view, run).text;
  const set = ({ model }: Hand, text: string): void => typeOnCard(model, of, text);
  if (run.stage === 'params' && choicesFor(run) === undefined) return { value, set };
  if (run.stage !== 'proposed' || nameToType(run) === undefined || whyNotYes(view, run) !== undefined)
    return undefined;
  return {
    value,
    set,
    refusesPaste: ({ model }) =>
      changeCard(model, of, { complaint: 'a pasted name is refused: type it, letter by letter' }),
  };
};

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
const choiceKeys: readonly Binding[] = [
  { id: 'choice.down', keys: ['j', 'down'], does: 'next choice', run: moveChoice(1) },
  { id: 'choice.up', keys: ['k', 'up'], does: 'previous choice', run: moveChoice(-1) },
  { id: 'choice.take', keys: ['enter'], does: 'take this choice', footer: 'take', run: giveChoice },
  closeKey,
];

/** Keys of the card that asks for several of what there is to choose from. */
const severalKeys: readonly Binding[] = [
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
const valueKeys: readonly Binding[] = [
  { id: 'value.give', keys: ['enter'], does: 'give this value', footer: 'give', run: giveText },
  closeKey,
];

const goingKeys = ({ ticking, login }: RunView): readonly Binding[] => {
  if (login !== undefined) return [...loginKeys, backgroundKey];
  if (ticking === undefined) return runningKeys;
  return ticking.ask === true ? askKeys : tickKeys;
};

const askingKeys = (run: RunView): readonly Binding[] => {
  if (choicesFor(run) === undefined) return valueKeys;
  return run.asking?.several === undefined ? choiceKeys : severalKeys;
};

/** The keys of a run's card, by what the run is at. In its cancel window every key cancels. */
export const cardKeys = (run: RunView): readonly Binding[] => {
  const common = [help, interrupt, suspend];
  switch (run.stage) {
    case 'params':
      return [...askingKeys(run), ...common];
    case 'diagnosing':
    case 'planning':
      return [...planningKeys, ...scrollKeys, ...common];
    case 'proposed':
      return [...(run.proposal?.refusal === undefined ? confirmKeys : refusedKeys), ...scrollKeys, ...common];
    case 'window':
      return [
        {
          id: 'window.cancel',
          keys: [],
          does: 'any key cancels; nothing has been sent',
          run: ({ commands }) => commands.cancel(),
        },
      ];
    case 'running':
      return [...goingKeys(run), ...scrollKeys, ...common];
    case 'ended':
      return [...endedKeys, ...scrollKeys, ...common];
  }
};

/** The same by what a card is about, for the page of keys. */
export const cardTables: readonly KeyTable[] = [
  { title: 'The card that asks for a choice', bindings: choiceKeys },
  { title: 'The card that asks for several choices', bindings: severalKeys },
  { title: 'The card that asks for a value', bindings: valueKeys },
  { title: 'The card of what is being planned', bindings: planningKeys },
  { title: 'The card that asks for a yes', bindings: confirmKeys },
  { title: 'The card of what was refused', bindings: refusedKeys },
  { title: 'The card of a step that is done by hand', bindings: tickKeys },
  { title: 'The card of a run that asks whether to go on', bindings: askKeys },
  { title: 'The card of a run that waits for a login', bindings: [...loginKeys, backgroundKey] },
  { title: 'The card of a run that goes on', bindings: runningKeys },
  { title: 'The card of a run that has ended', bindings: endedKeys },
  { title: 'A card with more lines than there is room for', bindings: scrollKeys },
];
