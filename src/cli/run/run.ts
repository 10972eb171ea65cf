import type { Answers, Diagnosed, RunEvent } from '../../domain/run.ts';
import { type DiagnoseAllParts, diagnoseAll } from '../../engine/diagnose-all.ts';
import type { ProposalRequest } from '../../runs/door.ts';
import { cancelledExit, endingExit, UsageError } from '../exit-code.ts';
import type { SubCommand } from '../invocation.ts';
import type { Output } from '../output.ts';
import { proposeUndo } from '../undo/undo-run.ts';
import { withEnvironment } from '../with-environment.ts';
import { openActing } from './acting.ts';
import { type AskedRun, askedFor, wantedOf } from './asked.ts';
import { tellCopies } from './copies.ts';
import type { RunFlags } from './flags.ts';
import { tellerOf } from './tell.ts';

/** What the runbook looks at first, if that is wanted: shown and kept with the run, and never a reason to stop. */
const diagnosisOf = (
  { diagnose, dryRun }: RunFlags,
  { runbook, params }: AskedRun,
  parts: DiagnoseAllParts,
  signal: AbortSignal,
): Promise<readonly Diagnosed[]> =>
  diagnose === true
    ? diagnoseAll(runbook.diagnose, params, { ...parts, isDryRun: dryRun === true }, signal)
    : Promise.resolve([]);

const overriding = ({ override }: RunFlags): Pick<ProposalRequest, 'override'> =>
  override === undefined ? {} : { override };

const answersOf = ({ confirm = [], done = [] }: RunFlags, found: readonly Diagnosed[]): Answers => ({
  names: confirm,
  pasted: false,
  by: 'flag',
  ticks: done,
  tick: async ({ id }) => done.includes(id),
  found: () => found,
});

/** The exit status of an ending, which stays when nothing can be printed. */
const settledBy = ({ ending, run: id }: Extract<RunEvent, { event: 'ended' }>, output: Output): number => {
  const code = endingExit[ending];
  output.settle(
    `The run ended all the same: ${ending} (exit status ${code}); opsdeck audit show --run ${id} shows it`,
  );
  return code;
};

/**
 * `opsdeck run ID`: proposes, passes or fails the gates with what the flags answer, acts and proves. Never prompts.
 * A reader that went away stops nothing: a run is ended by signals only.
 */
export const run: SubCommand<RunFlags> = async (invocation) => {
  const { args, options, context, output } = invocation;
  const wanted = wantedOf(args[0], options);
  const signal = invocation.interruption();
  return withEnvironment(context, { memory: false }, async (opened) => {
    invocation.sharing?.learn(opened);
    const asked = await askedFor(wanted, options, opened, signal);
    invocation.sharing?.learn(opened);
    const { executor, arming, copies } = await openActing(context, opened);
    const notArmed = options.arm === undefined ? undefined : arming.arm(options.arm);
    if (notArmed !== undefined) throw new UsageError(notArmed);
    const found = 'undo' in asked ? [] : await diagnosisOf(options, asked, { ...opened, ...context }, signal);
    const proposal =
      'undo' in asked
        ? await proposeUndo(asked.undo, opened, executor, context.stateDir, signal, options.override)
        : await executor.propose({ ...asked, ...overriding(options) }, signal);
    if (signal.aborted) {
      output.error('opsdeck: stopped while planning; nothing was sent');
      return cancelledExit;
    }
    const tell = tellerOf(invocation);
    let code = endingExit.failed;
    const listen = (event: RunEvent): void => {
      tell(event);
      if (event.event === 'ended') code = settledBy(event, output);
    };
    if (options.dryRun === true) for (const event of await executor.dryRun(proposal, found)) listen(event);
    else
      for await (const event of executor.execute(proposal, answersOf(options, found), signal)) listen(event);
    await tellCopies(copies, output);
    return code;
  });
};
