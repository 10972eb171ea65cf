import type { WaitingApproval } from '../../domain/runs/approval.ts';
import type { PresentCockpit } from '../../domain/team/presence.ts';
import { shellQuote } from '../../platform/processes/program.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { type ApprovalAnswer, type ApprovalDesk, waitingText } from '../../runs/approvals/answer-approval.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Invocation } from '../opening/command-invocation.ts';
import { runEventLines } from '../run/run-lines.ts';
import type { ApprovalFlags } from './flags.ts';

const noneExit = 1;
const refusedExit = 3;

interface Call extends Pick<Invocation<ApprovalFlags>, 'args' | 'options'> {
  readonly context: { readonly clock: Pick<Clock, 'wallNow'> };
  /** The cockpits of the team; undefined where they are unknown. */
  present(): Promise<readonly PresentCockpit[] | undefined>;
  readonly output: Pick<Invocation<ApprovalFlags>['output'], 'line' | 'lines' | 'json' | 'error'>;
}

/** A word of a command line, quoted unless the shell takes it as it is. */
const plainOrQuoted = (word: string): string => (/^[\w.:/@-]+$/.test(word) ? word : shellQuote(word));

const nextStep = ({ run, isApproved, isOwn, tokens }: WaitingApproval): string => {
  if (isApproved)
    return `The plan is approved. To withdraw your approval, run: opsdeck approvals refuse ${run} --reason REASON`;
  if (isOwn) return 'you requested this run, so another person must approve the run';
  const names = tokens.map((token) => ` --confirm ${plainOrQuoted(token)}`).join('');
  return `to approve, run: opsdeck approvals approve ${run}${names}`;
};

const requestLines = (waitingApproval: WaitingApproval, now: number): readonly string[] => [
  `${waitingApproval.run}  ${waitingText(waitingApproval, now)}`,
  ...(waitingApproval.armed === undefined ? [] : [`  reason: ${waitingApproval.armed}`]),
  ...(waitingApproval.requesterGone === undefined
    ? []
    : [
        '  requester offline: cockpit closed, so an approval has no effect unless the cockpit is opened again',
      ]),
  `  plan ${waitingApproval.plan.slice(0, 12)}`,
  ...runEventLines({
    event: 'planned',
    run: waitingApproval.run,
    at: 0,
    proposal: waitingApproval.proposal,
  }).map((line) => `  ${line}`),
  `  ${nextStep(waitingApproval)}`,
];

/** A cockpit reports itself before it requests an approval, so one that is not in a later list is gone. */
const withRequester =
  (present: readonly PresentCockpit[] | undefined) =>
  (waitingApproval: WaitingApproval): WaitingApproval =>
    waitingApproval.cockpit !== undefined &&
    present?.every(({ id }) => id !== waitingApproval.cockpit) === true
      ? { ...waitingApproval, requesterGone: {} }
      : waitingApproval;

const show = async (
  { args, options, context, present, output }: Call,
  desk: ApprovalDesk,
): Promise<number> => {
  const [, run] = args;
  const waiting = await desk.waiting();
  const all = waiting.map(withRequester(waiting.length === 0 ? undefined : await present()));
  const found = run === undefined ? all : all.filter((waitingApproval) => waitingApproval.run === run);
  const now = context.clock.wallNow();
  for (const waitingApproval of found)
    if (options.json === true) output.json(waitingApproval);
    else output.lines(requestLines(waitingApproval, now));
  if (run !== undefined && found.length === 0) {
    output.error(`opsdeck: run ${run} is not waiting for approval. See opsdeck approvals list`);
    return noneExit;
  }
  if (found.length === 0 && options.json !== true) output.line('No runs are waiting for approval');
  return 0;
};

const report = ({ args, output }: Call, answer: ApprovalAnswer, done: string): number => {
  if (answer.is === 'recorded') {
    output.line(`${args[1] ?? ''}: ${done}`);
    return 0;
  }
  output.error(`opsdeck: the run was not ${done}: ${answer.why}`);
  return refusedExit;
};

/** Throws a UsageError for arguments that an action lacks. */
export const checkApprovalUsage = ({ args, options }: Pick<Call, 'args' | 'options'>): void => {
  const [action = '', run] = args;
  if (action !== 'list' && run === undefined)
    throw new UsageError(`missing required argument 'run': opsdeck approvals ${action} RUN`);
  if (action === 'refuse' && options.reason === undefined)
    throw new UsageError('opsdeck approvals refuse requires --reason REASON: say why the run must not start');
};

/** Performs the action on the requests of an environment, and returns the exit code. Rejects while nothing can be recorded. */
export const answerApprovals = async (call: Call, desk: ApprovalDesk): Promise<number> => {
  const [action, run = ''] = call.args;
  const { confirm = [], reason = '' } = call.options;
  if (action === 'list' || action === 'show') return show(call, desk);
  if (action === 'approve') return report(call, await desk.approve(run, confirm), 'approved');
  return report(call, await desk.stop(run, reason), 'refused');
};
