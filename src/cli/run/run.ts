import type { Answers, Diagnosed, RunEvent } from '../../domain/run.ts';
import { type DiagnoseAllParts, diagnoseAll } from '../../engine/diagnose-all.ts';
import type { Copies } from '../../persistence/ledger/copies.ts';
import type { ProposalRequest } from '../../runs/door.ts';
import { cancelledExit, endingExit, UsageError } from '../exit-code.ts';
import type { Invocation, SubCommand } from '../invocation.ts';
import type { Output } from '../output.ts';
import { proposeUndo } from '../undo/undo-run.ts';
import { withEnvironment } from '../with-environment.ts';
import { openActing } from './acting.ts';
import { type AskedRun, askedFor, wantedOf } from './asked.ts';
import type { RunFlags } from './flags.ts';
import { createRunTeller } from './run-lines.ts';

/** How events leave: as JSON, one per line, or as sentences. */
const plainTellerOf = ({ options, output }: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  if (options.json === true) return (event) => output.json(event);
  const linesOf = createRunTeller();
  return (event) => {
    for (const line of linesOf(event)) output.line(line);
  };
};

/** The same for everybody who may read along. */
const tellerOf = (invocation: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  const tell = plainTellerOf(invocation);
  const { sharing } = invocation;
  if (sharing === undefined) return tell;
  return (event) => {
    // Others may read along, but the one who answers must know what is acted on.
    if (event.event === 'planned') sharing.keep(event.proposal.names);
    tell(sharing.deep(event));
  };
};

/** How long the end of a run waits for its copies, after it has been told. */
const copiesMs = 3000;

/** Says on stderr which records were not copied. What the run ended with stays what it is. */
const tellCopies = async (copies: readonly Copies[], output: Pick<Output, 'error'>): Promise<void> => {
  await Promise.all(copies.map((copy) => copy.settled(copiesMs)));
  for (const trouble of copies.flatMap((copy) => copy.trouble() ?? [])) output.error(`opsdeck: ${trouble}`);
};

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
