import { defined } from '../../../domain/base/defined.ts';
import { requestsToAnswer } from '../../../domain/runs/approval.ts';
import { namesToType, typedTokens } from '../../../runs/policy/typed-token.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { fullColumns, fullRows, isSmallScreen } from '../../shell/layout/screen-size.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { closeCardKey, showCallsKey, withCurrentRun } from './common-keys.ts';
import { changeCard, confirmationText, isRequestOpen, runCardState } from './confirmation.ts';
import { copyCommandsKey } from './recorded-run-keys.ts';

/** Why there is nothing to approve, or undefined. */
const noRequest = ({ view }: KeyContext): string | undefined =>
  timeTravelBlockedReason(view) ??
  (requestsToAnswer(view.cockpit.approvals ?? []).length > 0
    ? undefined
    : 'no run is waiting for your approval');

/** Opens the oldest run that waits for this person's approval. */
export const openApprovalKey: Binding = {
  id: 'approval.open',
  keys: ['X'],
  description: 'open the run that waits for your approval',
  whyNot: noRequest,
  run: ({ commands }) => commands.openApproval(),
};

/** `:approve RUN`, one for each run that waits for this person's approval. */
export const approvalCommandItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const past = timeTravelBlockedReason(view);
  return requestsToAnswer(view.cockpit.approvals ?? []).map(({ run, proposal }) => ({
    id: `approve ${run}`,
    text: `open the run that waits for approval: ${proposal.title}`,
    command: `approve ${run}`,
    ...defined({ whyNot: past }),
    run: ({ commands }) => commands.openApproval(run),
  }));
};

const closedRequestReason = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  return run !== undefined && isRequestOpen(view, run)
    ? undefined
    : 'this request was answered, was withdrawn or has expired';
};

const approve = withCurrentRun((context, run) => {
  const { proposal } = run;
  if (proposal === undefined) return;
  const { text } = runCardState(context.view, run);
  if (confirmationText(run) === undefined) return context.commands.approveRun([]);
  const typed = [typedTokens(proposal), namesToType(proposal)].find((words) => text === words.join(' '));
  if (typed !== undefined) return context.commands.approveRun(typed);
  changeCard(context, run, { error: 'type the whole text shown above, then press enter' });
});

const refuse = withCurrentRun(({ model, view }, run) => {
  const { title = '', run: id = '' } = run.proposal ?? {};
  model.setState({
    overlay: { is: 'words', why: 'refuse-approval', run: id, about: title, text: '', over: view.ui.overlay },
  });
});

/** Keys of the card on which a person approves or refuses the run of another one. */
export const approverKeys: readonly Binding[] = [
  {
    id: 'approval.give',
    keys: ['enter'],
    description: 'approve exactly this plan',
    footer: 'approve',
    confirms: true,
    whyNot: (context) =>
      isSmallScreen(context.view)
        ? `enlarge the terminal to ${fullColumns}×${fullRows} to read the card`
        : closedRequestReason(context),
    run: approve,
  },
  {
    id: 'approval.refuse',
    keys: ['ctrl-r'],
    description: 'refuse the run, for a reason that you type',
    footer: 'refuse',
    whyNot: closedRequestReason,
    run: refuse,
  },
  showCallsKey,
  copyCommandsKey,
  { ...closeCardKey, id: 'approval.close', description: 'close the card without an answer' },
];

/** Withdraws the request of the own run. Nothing was sent. */
export const withdrawRequestKey: Binding = {
  id: 'approval.withdraw',
  keys: ['w'],
  description: 'withdraw the request for approval. Nothing is sent',
  footer: 'withdraw',
  run: ({ commands }) => commands.cancel(),
};
