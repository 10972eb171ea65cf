import type { Proposal } from '../../domain/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEvent } from '../../domain/run.ts';
import type { ParamValues, Runbook } from '../../domain/runbook.ts';
import { builtInRunbooks } from '../../engine/cockpit/built-in-runbooks.ts';
import { type DiagnoseStepsParts, diagnoseSteps } from '../../engine/diagnose.ts';
import type { AuditCopies } from '../../persistence/ledger/audit-copies.ts';
import { toPastRun } from '../../persistence/ledger/past-runs.ts';
import { readLedger } from '../../persistence/ledger/read-ledger.ts';
import { didYouMean } from '../../profile/complaints.ts';
import type { Executor, ProposalRequest } from '../../runs/door.ts';
import type { ParamInputs } from '../../runs/runbooks/params.ts';
import { checkParams } from '../../runs/runbooks/params.ts';
import type { Invocation, SubCommand } from '../command-invocation.ts';
import { cancelledExit, endingExit, UsageError } from '../exit-code.ts';
import type { EnvironmentSession } from '../open-environment.ts';
import { withEnvironment } from '../open-environment.ts';
import type { Output } from '../output.ts';
import { openActing } from './open-acting.ts';
import { createRunEventPrinter } from './run-lines.ts';

/**
 * Proposes what undoes a run of the ledger, of this or an earlier session; it then passes the same gates as any other.
 * Throws UsageError when there is no such run, it has not ended, or it kept nothing that could be put back.
 */
const proposeUndo = async (
  run: string,
  { profile }: EnvironmentSession,
  executor: Executor,
  stateDir: string,
  signal: AbortSignal,
  override: string | undefined,
): Promise<Proposal> => {
  const records = await readLedger(stateDir, { run });
  const [first] = records;
  if (first === undefined)
    throw new UsageError(`the ledger in ${stateDir} has no run ${run}; see opsdeck audit show`);
  const here = `${profile.system}/${profile.env}`;
  if (`${first.system}/${first.env}` !== here)
    throw new UsageError(`run ${run} was in ${first.system}/${first.env}, not in ${here}; nothing was sent`);
  const events = records.map(({ entry }) => entry);
  const known = await toPastRun(records);
  if (known?.unended === 'going' || known?.unended === 'unknown')
    throw new UsageError(`run ${run} has no ending: ${known.why}; nothing was sent`);
  const planned = events.find((event) => event.event === 'planned');
  const of = planned?.event === 'planned' ? planned.proposal.runbook : '';
  const runbook = profile.runbooks.find(({ id }) => id === of);
  const proposal = await executor.undoProposal(events, runbook, signal, override);
  if (proposal === undefined) throw new UsageError(`run ${run} kept nothing that could be put back`);
  return proposal;
};

/** The options of `opsdeck run`. */
interface RunFlags {
  readonly param?: ParamInputs;
  readonly undo?: string;
  readonly dryRun?: boolean;
  readonly diagnose?: boolean;
  readonly arm?: string;
  readonly override?: string;
  readonly confirm?: readonly string[];
  readonly done?: readonly string[];
  readonly json?: boolean;
}

const readMs = 10_000;

const runbookOf = ({ profile, engine }: EnvironmentSession, id: string): Runbook => {
  const runbooks = [...profile.runbooks, ...builtInRunbooks(profile, engine.sources)];
  const found = runbooks.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = runbooks.map((one) => one.id);
  const hint = ids.length === 0 ? 'it has none' : didYouMean(id, ids);
  throw new UsageError(`${profile.system}/${profile.env} has no runbook ${id}; ${hint}`);
};

/** Whether facts must be read first: a choice comes from them, or what is looked at asks for their truth. */
const wantsFacts = ({ params, diagnose }: Runbook, flags: RunFlags): boolean =>
  params.some(({ from }) => from !== undefined) ||
  (flags.diagnose === true && diagnose.some(({ that }) => that !== undefined));

/** The parameters, checked against what is there now. */
const paramsOf = async (
  runbook: Runbook,
  flags: RunFlags,
  { engine }: EnvironmentSession,
  signal: AbortSignal,
): Promise<ParamValues> => {
  if (wantsFacts(runbook, flags)) await engine.readOnce(readMs, signal);
  const checked = checkParams(runbook, flags.param ?? {}, engine.snapshot());
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

/** A runbook with values for its parameters. */
interface AskedRun {
  readonly runbook: Runbook;
  readonly params: ParamValues;
}

/** What the command line says to run, before anything is opened. Throws UsageError. */
const wantedOf = (
  id: string | undefined,
  { undo, param = {} }: RunFlags,
): { readonly undo: string } | { readonly id: string } => {
  if (undo === undefined && id === undefined)
    throw new UsageError("missing required argument 'id': opsdeck run ID, or opsdeck run --undo RUN");
  if (undo !== undefined && (id !== undefined || Object.keys(param).length > 0))
    throw new UsageError(
      'run --undo RUN takes neither a runbook nor parameters: it puts back what that run found',
    );
  return undo === undefined ? { id: id ?? '' } : { undo };
};

/** What is to be run: a runbook with its parameters, or the run that is to be undone. */
const askedFor = async (
  wanted: ReturnType<typeof wantedOf>,
  flags: RunFlags,
  opened: EnvironmentSession,
  signal: AbortSignal,
): Promise<{ readonly undo: string } | AskedRun> => {
  if ('undo' in wanted) return wanted;
  const runbook = runbookOf(opened, wanted.id);
  checkDone(runbook, flags.done ?? []);
  return { runbook, params: await paramsOf(runbook, flags, opened, signal) };
};

/** How events leave: as JSON, one per line, or as sentences. */
const plainTellerOf = ({ options, output }: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  if (options.json === true) return (event) => output.json(event);
  const linesOf = createRunEventPrinter();
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
const tellCopies = async (copies: readonly AuditCopies[], output: Pick<Output, 'error'>): Promise<void> => {
  await Promise.all(copies.map((copy) => copy.settled(copiesMs)));
  for (const trouble of copies.flatMap((copy) => copy.trouble() ?? [])) output.error(`opsdeck: ${trouble}`);
};

/** What the runbook looks at first, if that is wanted: shown and kept with the run, and never a reason to stop. */
const diagnosisOf = (
  { diagnose, dryRun }: RunFlags,
  { runbook, params }: AskedRun,
  parts: DiagnoseStepsParts,
  signal: AbortSignal,
): Promise<readonly DiagnosisResult[]> =>
  diagnose === true
    ? diagnoseSteps(runbook.diagnose, params, { ...parts, isDryRun: dryRun === true }, signal)
    : Promise.resolve([]);

const overriding = ({ override }: RunFlags): Pick<ProposalRequest, 'override'> =>
  override === undefined ? {} : { override };

const answersOf = (
  { confirm = [], done = [] }: RunFlags,
  found: readonly DiagnosisResult[],
): OperatorAnswers => ({
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
