import { requestsToAnswer } from '../../../domain/approval.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { PaletteItem } from '../palette/palette-item.ts';
import { timeTravelBlockedReason } from '../time-travel/past-context.ts';

/** `:approve RUN`, one for each run that waits for this person's approval. */
export const approvalCommandItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const past = timeTravelBlockedReason(view);
  return requestsToAnswer(view.cockpit.approvals ?? []).map(({ run, proposal }) => ({
    id: `approve ${run}`,
    text: `open the run that waits for approval: ${proposal.title}`,
    command: `approve ${run}`,
    ...(past === undefined ? {} : { whyNot: past }),
    run: ({ commands }) => commands.openApproval(run),
  }));
};
