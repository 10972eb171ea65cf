import { isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import { namesToType, typedTokens } from '../../../runs/policy/typed-token.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, KeyContext, KeyTable, TextField } from '../../shell/contract/pane.ts';
import { armKey, helpKey, interruptKey, suspendKey } from '../../shell/keys/shared-keys.ts';
import { maxTypedAtOnce } from '../../shell/keys/strokes.ts';
import { fullColumns, fullRows, isSmallScreen } from '../../shell/layout/screen-size.ts';
import { rerunBlockedReason, startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { openRunbookList } from '../runbook-matching/open-runbook-list.ts';
import { awaitedApproval } from './approval-card.ts';
import { approverKeys, withdrawRequestKey } from './approval-keys.ts';
import { cardScrollKeys, closeCardKey, showCallsKey, withCurrentRun } from './common-keys.ts';
import {
  changeCard,
  confirmationBlockedReason,
  confirmationText,
  isNameTyped,
  paramChoices,
  runCardState,
  undoUnavailableReason,
} from './confirmation.ts';
import { canFileFollowUps, followUpTitles } from './ended-words.ts';
import { copyHandoverKey } from './handover.ts';
import { nextRunbook } from './incident-lines.ts';
import { leaveCardKeys } from './leave-keys.ts';
import { loginAndReplanKey, loginKeys } from './login-keys.ts';
import { changeParamKey, paramKeys, paramKeyTables } from './param-keys.ts';
import {
  addNoteKey,
  copyCommandsKey,
  copyRunCommandKey,
  openOutputKey,
  overrideGateKey,
  proposeRerun,
} from './recorded-run-keys.ts';

/** Passes the typed names one per line, because the gate compares them one by one. */
const confirm = withCurrentRun((context, run) => {
  const { commands, view } = context;
  const { text } = runCardState(view, run);
  const name = confirmationText(run);
  if (name === undefined) return commands.confirm({ pasted: false });
  const { proposal } = run;
  // Who types a long name in full has read it, too.
  const typed =
    proposal && [typedTokens(proposal), namesToType(proposal)].find((words) => text === words.join(' '));
  if (typed !== undefined) return commands.confirm({ typed: typed.join('\n'), pasted: false });
  if (view.cockpit.drill?.isRunning === true) commands.drill({ event: 'mistyped' });
  changeCard(context, run, { error: 'type the whole text shown above, then press enter' });
});

const notYet = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  if (isSmallScreen(view)) return `enlarge the terminal to ${fullColumns}×${fullRows} to read the card`;
  return run && confirmationBlockedReason(view, run);
};

/** Files the follow-ups of the run: for the open incident, if one is declared. */
const fileFollowUpsKey: Binding = {
  id: 'card.follow-ups',
  keys: ['f'],
  description: 'file the follow-ups of the run as issues, after a confirmation',
  footer: 'file follow-ups',
  whyNot: ({ view }) => {
    const run = currentRun(view);
    if (run === undefined || followUpTitles(run).length === 0) return 'this run proposes no follow-ups';
    return canFileFollowUps(view.cockpit, run)
      ? undefined
      : 'the profile names no source for issues. Add tracker: under incident: in the profile';
  },
  run: withCurrentRun(({ commands, view }, run) => {
    const declared = view.cockpit.incidents?.findLast(isOpenIncident);
    commands.fileFollowUps(declared?.id ?? run.proposal?.run ?? '', followUpTitles(run));
  }),
};

/** Opens the next suggestion. A refused plan is answered by that, as by closing its card. */
const nextRunbookKey: Binding = {
  id: 'card.next',
  keys: ['n'],
  description: 'open the preview of the next suggested runbook',
  footer: 'next runbook',
  whyNot: ({ view }) => {
    const run = currentRun(view);
    const next = run && nextRunbook(view.cockpit, run);
    if (next === undefined) return 'no runbook is suggested next: choose one in Runbooks';
    const known = view.cockpit.suggestions.find(({ runbook }) => runbook.id === next);
    return known === undefined
      ? 'the suggested runbook belongs to another environment: open that environment first'
      : (rerunBlockedReason(view.cockpit, run?.proposal) ?? startBlockedReason(view.cockpit, known.runbook));
  },
  run: withCurrentRun(({ commands, view }, run) => {
    const next = nextRunbook(view.cockpit, run);
    if (next === undefined) return;
    if (run.stage === 'proposed') commands.decline();
    commands.propose(next, {});
  }),
};

/** Lists the runbooks. A refused plan is closed by that, and the run of an ended one stays. */
const runbooksKey: Binding = {
  id: 'card.runbooks',
  keys: ['R'],
  description: 'list runbooks, matching ones first',
  footer: 'runbook',
  run: openRunbookList,
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
    confirms: true,
    whyNot: notYet,
    run: confirm,
  },
  armKey,
  overrideGateKey,
  changeParamKey,
  showCallsKey,
  copyRunCommandKey,
  copyCommandsKey,
  { ...closeCardKey, id: 'decline', description: 'cancel. Nothing is sent', footer: 'cancel' },
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
  nextRunbookKey,
  runbooksKey,
  loginAndReplanKey(withCurrentRun(proposeRerun)),
  armKey,
  overrideGateKey,
  changeParamKey,
  showCallsKey,
  copyRunCommandKey,
  closeCardKey,
];

const sendToBackgroundKey: Binding = {
  id: 'card.background',
  keys: ['esc', 'q'],
  description: 'move the run to the background',
  footer: 'background',
  run: ({ commands }) => commands.background(true),
};

/** Keys of the running card. */
const runningKeys: readonly Binding[] = [sendToBackgroundKey, openOutputKey, addNoteKey, copyCommandsKey];

/** Keys of the card of a run that waits for the approval of another person. */
const waitingKeys: readonly Binding[] = [
  withdrawRequestKey,
  showCallsKey,
  sendToBackgroundKey,
  addNoteKey,
  copyCommandsKey,
];

/** Keys of the card that asks whether to continue. */
const continueQuestionKeys: readonly Binding[] = [
  {
    id: 'go.on',
    keys: ['enter'],
    description: 'continue the run',
    footer: 'continue',
    confirms: true,
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'stop.here',
    keys: ['n'],
    description: 'stop: the run ends here, unverified. Completed steps stay in effect',
    footer: 'stop, end run',
    run: ({ commands }) => commands.tick(false),
  },
  showCallsKey,
  ...runningKeys,
];

/** Keys of the manual step card. */
const manualStepKeys: readonly Binding[] = [
  {
    id: 'tick',
    keys: ['enter'],
    description: 'mark the step as done and continue',
    footer: 'done',
    confirms: true,
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'tick.no',
    keys: ['n'],
    description: 'mark the step as not done: the run ends here, unverified',
    footer: 'not done, end run',
    run: ({ commands }) => commands.tick(false),
  },
  showCallsKey,
  ...runningKeys,
];

/** Keys of the result card. */
const endedRunKeys: readonly Binding[] = [
  {
    id: 'card.undo',
    keys: ['u'],
    description: 'undo the run, after a confirmation',
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
  nextRunbookKey,
  fileFollowUpsKey,
  addNoteKey,
  copyHandoverKey,
  copyRunCommandKey,
  copyCommandsKey,
  openOutputKey,
  showCallsKey,
  runbooksKey,
  closeCardKey,
];

/** The text field of a card: a parameter value, or the target's name, which rejects paste. */
export const cardTextField = (view: KeyContext['view'], run: RunView): TextField | undefined => {
  const value = runCardState(view, run).text;
  const set = (context: KeyContext, text: string): void => changeCard(context, run, { text });
  if (run.stage === 'params' && paramChoices(run) === undefined) return { value, set };
  if (!isNameTyped(view, run)) return undefined;
  return {
    value,
    set,
    refusesPaste: (context) => changeCard(context, run, { error: 'paste is disabled here: type the name' }),
    // All of it in one read was not typed, however short it is.
    mostAtOnce: Math.min(maxTypedAtOnce, Math.max(1, [...(confirmationText(run) ?? '')].length - 1)),
  };
};

const goingKeys = (run: RunView): readonly Binding[] => {
  const { awaitingStep: ticking, login } = run;
  if (awaitedApproval(run) !== undefined) return waitingKeys;
  if (login !== undefined) return [...loginKeys, sendToBackgroundKey];
  if (ticking === undefined) return runningKeys;
  return ticking.ask === true ? continueQuestionKeys : manualStepKeys;
};

/** Returns the keys of a run's card for its stage. During the cancel window every key cancels. */
export const runCardKeys = (run: RunView): readonly Binding[] => {
  const common = [helpKey, interruptKey, suspendKey, ...leaveCardKeys];
  switch (run.stage) {
    case 'params':
      return [...paramKeys(run), ...common];
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
          description: 'press any key to cancel. Nothing has been sent',
          run: ({ commands }) => commands.cancel(),
        },
      ];
    case 'running':
      return [...goingKeys(run), ...cardScrollKeys, ...common];
    case 'approving':
      return [...approverKeys, ...cardScrollKeys, ...common];
    case 'ended':
      return [...endedRunKeys, ...cardScrollKeys, ...common];
  }
};

/** The same keys by kind of card, for docs/keys.md. */
export const cardKeyTables: readonly KeyTable[] = [
  ...paramKeyTables,
  { title: 'Planning card', bindings: planningKeys },
  { title: 'Confirmation card', bindings: confirmationKeys },
  { title: 'Refusal card', bindings: refusedRunKeys },
  { title: 'Manual step card', bindings: manualStepKeys },
  { title: 'Continue card', bindings: continueQuestionKeys },
  { title: 'Login card', bindings: [...loginKeys, sendToBackgroundKey] },
  { title: 'Running card', bindings: runningKeys },
  { title: 'Waiting for approval', bindings: waitingKeys },
  { title: 'Approval card', bindings: approverKeys },
  { title: 'Result card', bindings: endedRunKeys },
  { title: 'Scrolling in a card', bindings: cardScrollKeys },
  { title: 'Leaving a card', bindings: leaveCardKeys },
];
