import type { RunView } from '../../../store/cockpit.ts';
import { initialCursor } from '../../cursor.ts';
import { fullColumns, fullRows, isSmallScreen } from '../../frame/screen-size.ts';
import { armKey, helpKey, interruptKey, suspendKey } from '../../keys/shared-keys.ts';
import { setCardText, updateCard } from '../../model.ts';
import type { Binding, KeyContext, KeyTable, TextField } from '../../panes/pane.ts';
import { rerunBlockedReason } from '../runbooks/actions.ts';
import { cardScrollKeys, closeCardKey, withCurrentRun } from './common-keys.ts';
import {
  confirmationBlockedReason,
  confirmationText,
  currentRun,
  paramChoices,
  questionId,
  runCardState,
  undoUnavailableReason,
} from './confirmation.ts';
import { leaveCardKeys } from './leave-keys.ts';
import { loginAndReplanKey, loginKeys } from './login-keys.ts';
import {
  addNoteKey,
  copyCommandsKey,
  copyRunCommandKey,
  openOutputKey,
  overrideGateKey,
  proposeRerun,
} from './recorded-run-keys.ts';

const showCallsKey: Binding = {
  id: 'card.calls',
  keys: ['tab'],
  description: 'show or hide full calls and checks',
  run: withCurrentRun(({ model, view }, run) =>
    updateCard(model, questionId(run), { showsCalls: !runCardState(view, run).showsCalls }),
  ),
};

/** Passes the typed names one per line, because the gate compares them one by one. */
const confirm = withCurrentRun(({ commands, model, view }, run) => {
  const { text } = runCardState(view, run);
  const name = confirmationText(run);
  if (name === undefined) return commands.confirm({ pasted: false });
  if (text === name)
    return commands.confirm({ typed: (run.proposal?.names ?? []).join('\n'), pasted: false });
  updateCard(model, questionId(run), { error: 'type the whole name, then press enter' });
});

const notYet = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  if (isSmallScreen(view)) return `enlarge the terminal to ${fullColumns}×${fullRows} to read the card`;
  return run && confirmationBlockedReason(view, run);
};

/** Keys of the planning card. */
const planningKeys: readonly Binding[] = [showCallsKey, closeCardKey];

/** Keys of the confirmation card. */
const confirmationKeys: readonly Binding[] = [
  {
    id: 'confirm',
    keys: ['enter'],
    description: 'confirm the run',
    footer: 'confirm',
    whyNot: notYet,
    run: confirm,
  },
  armKey,
  overrideGateKey,
  showCallsKey,
  copyRunCommandKey,
  copyCommandsKey,
  { ...closeCardKey, id: 'decline', description: 'cancel; nothing is sent', footer: 'cancel' },
];

/** Keys of the refusal card. */
const refusedRunKeys: readonly Binding[] = [
  {
    id: 'plan.again',
    keys: ['r'],
    description: 'plan the run again',
    footer: 'plan again',
    run: withCurrentRun(proposeRerun),
  },
  loginAndReplanKey(withCurrentRun(proposeRerun)),
  armKey,
  overrideGateKey,
  showCallsKey,
  copyRunCommandKey,
  closeCardKey,
];

const sendToBackgroundKey: Binding = {
  id: 'card.background',
  keys: ['esc'],
  description: 'move the run to the background',
  footer: 'background',
  run: ({ commands }) => commands.background(true),
};

/** Keys of the running card. */
const runningKeys: readonly Binding[] = [sendToBackgroundKey, openOutputKey, addNoteKey];

/** Keys of the card that asks whether to continue. */
const continueQuestionKeys: readonly Binding[] = [
  {
    id: 'go.on',
    keys: ['enter'],
    description: 'continue the run',
    footer: 'continue',
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'stop.here',
    keys: ['n'],
    description: 'stop here; completed steps stay in effect',
    footer: 'stop here',
    run: ({ commands }) => commands.tick(false),
  },
  ...runningKeys,
];

/** Keys of the manual step card. */
const manualStepKeys: readonly Binding[] = [
  {
    id: 'tick',
    keys: ['enter'],
    description: 'mark the step as done',
    footer: 'done',
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'tick.no',
    keys: ['n'],
    description: 'mark the step as not done',
    footer: 'not done',
    run: ({ commands }) => commands.tick(false),
  },
  ...runningKeys,
];

/** Keys of the result card. */
const endedRunKeys: readonly Binding[] = [
  {
    id: 'card.undo',
    keys: ['u'],
    description: 'undo the run (asks for confirmation)',
    footer: 'undo',
    whyNot: ({ view }) => undoUnavailableReason(view.cockpit.run),
    run: withCurrentRun(({ commands }, run) => {
      if (run.proposal !== undefined) commands.undo(run.proposal.run);
    }),
  },
  {
    id: 'card.again',
    keys: ['r', 'a'],
    description: 'run again with the same parameters',
    whyNot: ({ view }) => {
      const run = currentRun(view);
      return run === undefined ? undefined : rerunBlockedReason(view.cockpit, run.proposal);
    },
    run: withCurrentRun(proposeRerun),
  },
  addNoteKey,
  copyRunCommandKey,
  copyCommandsKey,
  openOutputKey,
  showCallsKey,
  {
    id: 'card.runbooks',
    keys: ['R'],
    description: 'list runbooks, matching ones first',
    footer: 'runbook',
    run: ({ model }) => model.setState({ overlay: { is: 'runbooks', cursor: initialCursor } }),
  },
  closeCardKey,
];

/** The text field of a card: a parameter value, or the target's name, which rejects paste. */
export const cardTextField = (view: KeyContext['view'], run: RunView): TextField | undefined => {
  const of = questionId(run);
  const value = runCardState(view, run).text;
  const set = ({ model }: KeyContext, text: string): void => setCardText(model, of, text);
  if (run.stage === 'params' && paramChoices(run) === undefined) return { value, set };
  if (
    run.stage !== 'proposed' ||
    confirmationText(run) === undefined ||
    confirmationBlockedReason(view, run) !== undefined
  )
    return undefined;
  return {
    value,
    set,
    refusesPaste: ({ model }) => updateCard(model, of, { error: 'paste is disabled here: type the name' }),
  };
};

const moveChoice = (step: number): Binding['run'] =>
  withCurrentRun(({ model, view }, run) => {
    const last = Math.max(0, (paramChoices(run)?.length ?? 1) - 1);
    const cursor = Math.max(0, Math.min(last, runCardState(view, run).cursor + step));
    updateCard(model, questionId(run), { cursor });
  });

const choiceAt = ({ view }: KeyContext, run: RunView): string | undefined =>
  paramChoices(run)?.[runCardState(view, run).cursor];

const giveChoice = withCurrentRun((context, run) => {
  const choice = choiceAt(context, run);
  if (choice !== undefined && run.parameterPrompt !== undefined)
    context.commands.give(run.parameterPrompt.name, choice);
});

/** Marks a choice. Exceeding the limit is an error here, so that no mark is dropped later. */
const markChoice = withCurrentRun((context, run) => {
  const choice = choiceAt(context, run);
  const several = run.parameterPrompt?.several;
  if (choice === undefined || several === undefined) return;
  const { error: _, ...state } = runCardState(context.view, run);
  const marked = state.marked.filter((one) => one !== choice);
  const isMarked = marked.length < state.marked.length;
  if (!isMarked && marked.length >= several.max)
    return updateCard(context.model, questionId(run), { error: `select at most ${several.max}` });
  context.model.setState({ card: { ...state, marked: isMarked ? marked : [...marked, choice] } });
});

/** Submits the marked choices, or the one under the cursor if none is marked. */
const giveSeveral = withCurrentRun((context, run) => {
  const { parameterPrompt: asking } = run;
  const choices = paramChoices(run) ?? [];
  const { marked } = runCardState(context.view, run);
  const gone = marked.filter((one) => !choices.includes(one));
  const complain = (complaint: string) => updateCard(context.model, questionId(run), { error: complaint });
  if (asking?.several === undefined) return;
  if (gone.length > 0) {
    updateCard(context.model, questionId(run), { marked: marked.filter((one) => choices.includes(one)) });
    return complain(`no longer available: ${gone.join(', ')}; enter selects the others`);
  }
  const choice = choiceAt(context, run);
  const chosen = marked.length > 0 || choice === undefined ? marked : [choice];
  if (chosen.length < asking.several.min) return complain(`select at least ${asking.several.min}`);
  context.commands.give(asking.name, chosen);
});

const giveText = withCurrentRun(({ commands, view }, run) => {
  if (run.parameterPrompt !== undefined)
    commands.give(run.parameterPrompt.name, runCardState(view, run).text);
});

/** Keys of the choice card. */
const choiceKeys: readonly Binding[] = [
  { id: 'choice.down', keys: ['j', 'down'], description: 'move to the next choice', run: moveChoice(1) },
  { id: 'choice.up', keys: ['k', 'up'], description: 'move to the previous choice', run: moveChoice(-1) },
  {
    id: 'choice.take',
    keys: ['enter'],
    description: 'select this choice',
    footer: 'select',
    run: giveChoice,
  },
  closeCardKey,
];

/** Keys of the multiple choice card. */
const severalKeys: readonly Binding[] = [
  ...choiceKeys.filter(({ id }) => id === 'choice.down' || id === 'choice.up'),
  {
    id: 'choice.mark',
    keys: ['space', 'm'],
    description: 'mark or unmark this choice',
    footer: 'mark',
    run: markChoice,
  },
  {
    id: 'choice.take-marked',
    keys: ['enter'],
    description: 'select the marked choices',
    footer: 'select',
    run: giveSeveral,
  },
  closeCardKey,
];

/** Keys of the value card. */
const valueKeys: readonly Binding[] = [
  { id: 'value.give', keys: ['enter'], description: 'accept this value', footer: 'accept', run: giveText },
  closeCardKey,
];

const goingKeys = ({ awaitingStep: ticking, login }: RunView): readonly Binding[] => {
  if (login !== undefined) return [...loginKeys, sendToBackgroundKey];
  if (ticking === undefined) return runningKeys;
  return ticking.ask === true ? continueQuestionKeys : manualStepKeys;
};

const askingKeys = (run: RunView): readonly Binding[] => {
  if (paramChoices(run) === undefined) return valueKeys;
  return run.parameterPrompt?.several === undefined ? choiceKeys : severalKeys;
};

/** Returns the keys of a run's card for its stage. During the cancel window every key cancels. */
export const runCardKeys = (run: RunView): readonly Binding[] => {
  const common = [helpKey, interruptKey, suspendKey, ...leaveCardKeys];
  switch (run.stage) {
    case 'params':
      return [...askingKeys(run), ...common];
    case 'diagnosing':
    case 'planning':
      return [...planningKeys, ...cardScrollKeys, ...common];
    case 'proposed':
      return [
        ...(run.proposal?.refusal === undefined ? confirmationKeys : refusedRunKeys),
        ...cardScrollKeys,
        ...common,
      ];
    case 'window':
      return [
        {
          id: 'window.cancel',
          keys: [],
          description: 'press any key to cancel; nothing has been sent',
          run: ({ commands }) => commands.cancel(),
        },
      ];
    case 'running':
      return [...goingKeys(run), ...cardScrollKeys, ...common];
    case 'ended':
      return [...endedRunKeys, ...cardScrollKeys, ...common];
  }
};

/** The same keys by kind of card, for docs/keys.md. */
export const cardKeyTables: readonly KeyTable[] = [
  { title: 'Choice card', bindings: choiceKeys },
  { title: 'Multiple choice card', bindings: severalKeys },
  { title: 'Value card', bindings: valueKeys },
  { title: 'Planning card', bindings: planningKeys },
  { title: 'Confirmation card', bindings: confirmationKeys },
  { title: 'Refusal card', bindings: refusedRunKeys },
  { title: 'Manual step card', bindings: manualStepKeys },
  { title: 'Continue card', bindings: continueQuestionKeys },
  { title: 'Login card', bindings: [...loginKeys, sendToBackgroundKey] },
  { title: 'Running card', bindings: runningKeys },
  { title: 'Result card', bindings: endedRunKeys },
  { title: 'Scrolling in a card', bindings: cardScrollKeys },
  { title: 'Leaving a card', bindings: leaveCardKeys },
];
