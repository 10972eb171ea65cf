import type { ParamValues } from '../domain/param-value.ts';
import type { Answers, Diagnosed, RunEvent } from '../domain/run.ts';
import type { Runbook } from '../domain/runbook.ts';
import { type DiagnoseAllParts, diagnoseAll } from '../engine/diagnose-all.ts';
import type { ProposalRequest } from '../engine/executor/executor.ts';
import { openReadIo, type ReadIoOptions } from '../io/read-io.ts';
import { didYouMean } from '../profile/did-you-mean.ts';
import { checkParams, type GivenParams } from '../runbooks/params.ts';
import { openActing } from './acting.ts';
import { createContext } from './context.ts';
import { cancelledExit, endingExit, UsageError } from './exit-code.ts';
import { interruption } from './interrupted.ts';
import type { Invocation, SubCommand } from './invocation.ts';
import type { Opened } from './open.ts';
import { createRunTeller } from './run-lines.ts';
import { withEnvironment } from './with-environment.ts';

interface RunFlags {
  readonly param?: GivenParams;
  readonly dryRun?: boolean;
  readonly diagnose?: boolean;
  readonly arm?: string;
  readonly override?: string;
  readonly confirm?: readonly string[];
  readonly done?: readonly string[];
  readonly json?: boolean;
}

const readMs = 10_000;

const runbookOf = ({ profile }: Opened, id: string): Runbook => {
  const found = profile.runbooks.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = profile.runbooks.map((one) => one.id);
  const hint = ids.length === 0 ? 'it has none' : didYouMean(id, ids);
  throw new UsageError(`${profile.system}/${profile.env} has no runbook ${id}; ${hint}`);
};

/** The parameters, checked against what is there now; facts are read only when a choice comes from them. */
const paramsOf = async (
  runbook: Runbook,
  given: GivenParams,
  { engine }: Opened,
  signal: AbortSignal,
): Promise<ParamValues> => {
  if (runbook.params.some((spec) => spec.from !== undefined)) await engine.readOnce(readMs, signal);
  const checked = checkParams(runbook, given, engine.snapshot());
  if (checked.ok) return checked.values;
  const lines = checked.problems.map(({ name, what }) => `  --param ${name}=…: ${what}`);
  throw new UsageError(`${runbook.id} cannot be run as given; nothing was sent`, ...lines);
};

/** What was said to be done must be manual steps of this runbook, or abort points (`ask`). */
const checkDone = (runbook: Runbook, done: readonly string[]): void => {
  const known = runbook.act
    .filter((step) => step.manual === true || step.ask === true)
    .map((step) => step.id);
  const strange = done.find((id) => !known.includes(id));
  if (strange !== undefined)
    throw new UsageError(
      `${runbook.id} has no manual step and no abort point ${strange}; ${didYouMean(strange, known, 'it has none')}`,
    );
};

/** What the runbook looks at first, if that is wanted: shown and kept with the run, and never a reason to stop. */
const diagnosisOf = (
  { diagnose }: RunFlags,
  { diagnose: steps }: Runbook,
  params: ParamValues,
  parts: DiagnoseAllParts,
  signal: AbortSignal,
): Promise<readonly Diagnosed[]> =>
  diagnose === true ? diagnoseAll(steps, params, parts, signal) : Promise.resolve([]);

const requestOf = (runbook: Runbook, params: ParamValues, { override }: RunFlags): ProposalRequest => ({
  runbook,
  params,
  ...(override === undefined ? {} : { override }),
});

const answersOf = ({ confirm = [], done = [] }: RunFlags, found: readonly Diagnosed[]): Answers => ({
  names: confirm,
  pasted: false,
  by: 'flag',
  ticks: done,
  tick: async ({ id }) => done.includes(id),
  found: () => found,
});

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

/**
 * `opsdeck run ID`: proposes, passes or fails the gates with what the flags answer, acts and proves. Never prompts.
 * A reader that went away stops nothing: a run is ended by signals only.
 */
export const run: SubCommand<RunFlags> = async (invocation) => {
  const { args, options, global, output } = invocation;
  const context = createContext(global);
  const signal = interruption();
  return withEnvironment(context, { memory: false }, async (opened) => {
    invocation.sharing?.learn(opened);
    const runbook = runbookOf(opened, args[0] ?? '');
    checkDone(runbook, options.done ?? []);
    const params = await paramsOf(runbook, options.param ?? {}, opened, signal);
    invocation.sharing?.learn(opened);
    const { executor, arming } = await openActing(context, opened);
    const notArmed = options.arm === undefined ? undefined : arming.arm(options.arm);
    if (notArmed !== undefined) throw new UsageError(notArmed);
    const { engine } = opened;
    const { clock } = context;
    const openIo = (way?: ReadIoOptions) => openReadIo(clock, way);
    const [proposal, found] = await Promise.all([
      executor.propose(requestOf(runbook, params, options), signal),
      diagnosisOf(options, runbook, params, { engine, clock, openIo }, signal),
    ]);
    if (signal.aborted) {
      output.error('opsdeck: stopped while planning; nothing was sent');
      return cancelledExit;
    }
    const tell = tellerOf(invocation);
    let code = endingExit.failed;
    const listen = (event: RunEvent): void => {
      tell(event);
      if (event.event === 'ended') code = endingExit[event.ending];
    };
    if (options.dryRun === true) for (const event of await executor.dryRun(proposal, found)) listen(event);
    else
      for await (const event of executor.execute(proposal, answersOf(options, found), signal)) listen(event);
    return code;
  });
};
