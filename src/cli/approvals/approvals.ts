import type { WaitingApproval } from '../../domain/approval.ts';
import { LedgerError } from '../../persistence/ledger/ledger-error.ts';
import {
  type ApprovalAnswer,
  type ApprovalDesk,
  createApprovalDesk,
  waitingText,
} from '../../runs/approvals/answer-approval.ts';
import type { Invocation, SubCommand } from '../command-invocation.ts';
import { UsageError } from '../exit-code.ts';
import { withEnvironment } from '../open-environment.ts';
import { whoAmI } from '../run/open-acting.ts';
import { runEventLines } from '../run/run-lines.ts';
import type { ApprovalFlags } from './flags.ts';

const noneExit = 1;
const unavailableExit = 2;
const refusedExit = 3;

type Call = Pick<Invocation<ApprovalFlags>, 'args' | 'options' | 'context' | 'output' | 'sharing'>;

const requestLines = (one: WaitingApproval, now: number): readonly string[] => [
  `${one.run}  ${waitingText(one, now)}`,
  ...(one.armed === undefined ? [] : [`  reason: ${one.armed}`]),
  `  plan ${one.plan.slice(0, 12)}`,
  ...runEventLines({ event: 'planned', run: one.run, at: 0, proposal: one.proposal }).map(
    (line) => `  ${line}`,
  ),
  `  ${one.isApproved ? 'approved; refuse withdraws it' : `to approve, type ${one.tokens.join(', ')}`}`,
];

const show = async ({ args, options, context, output }: Call, desk: ApprovalDesk): Promise<number> => {
  const [, run] = args;
  const all = await desk.waiting();
  const found = run === undefined ? all : all.filter((one) => one.run === run);
  const now = context.clock.now() + context.clock.wallOffset();
  for (const one of found)
    if (options.json === true) output.json(one);
    else output.lines(requestLines(one, now));
  if (run !== undefined && found.length === 0) {
    output.error(`opsdeck: run ${run} waits for no approval`);
    return noneExit;
  }
  if (found.length === 0 && options.json !== true) output.line('no run waits for approval');
  return 0;
};

const report = ({ args, output }: Call, answer: ApprovalAnswer, done: string): number => {
  if (answer.is === 'recorded') {
    output.line(`${args[1] ?? ''}: ${done}`);
    return 0;
  }
  output.error(`opsdeck: not ${done}: ${answer.why}`);
  return refusedExit;
};

const answer = async (call: Call, desk: ApprovalDesk): Promise<number> => {
  const [action, run] = call.args;
  const { confirm = [], reason } = call.options;
  if (action === 'list' || action === 'show') return show(call, desk);
  if (run === undefined)
    throw new UsageError(`missing required argument 'run': opsdeck approvals ${action} RUN`);
  if (action === 'approve') return report(call, await desk.approve(run, confirm), 'approved');
  if (reason === undefined) throw new UsageError('refuse requires --reason REASON: say why it must not run');
  return report(call, await desk.stop(run, reason), 'refused');
};

/** `opsdeck approvals list|show|approve|refuse`: answers the requests of other persons. Sends nothing to any target. */
export const approvals: SubCommand<ApprovalFlags> = (invocation) => {
  const { context, output, sharing } = invocation;
  return withEnvironment(context, { memory: false }, async (opened) => {
    sharing?.learn(opened);
    const { profile, state } = opened;
    if (state.approvals === undefined)
      throw new UsageError(
        `${profile.system}/${profile.env} has no state database, so no run waits for approval. Set state: postgres://… in the profile.`,
      );
    await state.open({ follows: false });
    const desk = createApprovalDesk({
      ...{ profile, state, ledger: await state.openLedger(), who: await whoAmI() },
      ...{ clock: context.clock, mask: context.masker.outgoing },
    });
    const trouble = state.trouble();
    if (trouble !== undefined) {
      output.error(`opsdeck: ${trouble}`);
      return unavailableExit;
    }
    try {
      return await answer(invocation, desk);
    } catch (error) {
      if (!(error instanceof LedgerError) && !(error instanceof Error && error.name === 'StateDatabaseError'))
        throw error;
      output.error(`opsdeck: the approval was not recorded: ${error.message}`);
      return unavailableExit;
    }
  });
};
