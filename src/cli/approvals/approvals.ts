import { LedgerError } from '../../persistence/ledger/ledger-error.ts';
import { createApprovalDesk } from '../../runs/approvals/answer-approval.ts';
import { UsageError } from '../command/exit-code.ts';
import { whoAmI } from '../command/operator.ts';
import { stateOutageText } from '../command/state-failure.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import { answerApprovals, checkApprovalUsage } from './answer.ts';
import type { ApprovalFlags } from './flags.ts';

const unavailableExit = 2;

/** `opsdeck approvals list|show|approve|refuse`: answers the requests of other persons. Sends nothing to any target. */
export const approvals: SubCommand<ApprovalFlags> = (invocation) => {
  const { context, output, sharing } = invocation;
  checkApprovalUsage(invocation);
  return withEnvironment(context, { memory: false }, async (opened) => {
    sharing?.learn(opened);
    const { profile, state } = opened;
    if (state.approvals === undefined)
      throw new UsageError(
        `${profile.system}/${profile.env} has no state database, so no runs wait for approval. To share approvals, set state: postgres://… in the profile.`,
      );
    await state.open({ follows: false });
    const desk = createApprovalDesk({
      ...{ profile, state, ledger: await state.openLedger(), who: await whoAmI() },
      ...{ clock: context.clock, mask: context.masker.outgoing },
    });
    const trouble = state.trouble();
    if (trouble !== undefined) {
      output.error(`opsdeck: ${stateOutageText(trouble)}`);
      return unavailableExit;
    }
    try {
      const present = () => state.presence?.list().catch(() => undefined) ?? Promise.resolve(undefined);
      return await answerApprovals({ ...invocation, present }, desk);
    } catch (error) {
      if (!(error instanceof LedgerError) && !(error instanceof Error && error.name === 'StateDatabaseError'))
        throw error;
      output.error(`opsdeck: cannot record the approval: ${error.message}`);
      return unavailableExit;
    }
  });
};
