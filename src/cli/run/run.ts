import { defined } from '../../domain/base/defined.ts';
import type { DrillResult } from '../../domain/drills/drill-record.ts';
import type { ParamValues, Runbook } from '../../domain/runbooks/runbook.ts';
import { endingSentence } from '../../domain/runs/ending-sentence.ts';
import type { OverrideReasons, Proposal } from '../../domain/runs/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEvent } from '../../domain/runs/run.ts';
import { cancelledExit, outcomeOf } from '../../domain/runs/run-outcome.ts';
import { actorText } from '../../domain/team/actor.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { builtInRunbooks } from '../../engine/cockpit/runs/built-in-runbooks.ts';
import { diagnoseSteps } from '../../engine/diagnose.ts';
import type { AuditCopies } from '../../persistence/ledger/audit-copies.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import { toPastRun } from '../../persistence/ledger/past-runs.ts';
import { readLedger } from '../../persistence/ledger/read-ledger.ts';
import { didYouMean } from '../../profile/document/diagnostics.ts';
import { unplannedRequirements } from '../../runs/checks/unplanned-run.ts';
import type { Executor } from '../../runs/context/executor-api.ts';
import { readMissingChoices } from '../../runs/reads/read-choices.ts';
import { checkParams } from '../../runs/runbooks/params.ts';
import { conflictingOptions } from '../command/conflicting-options.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { userName } from '../command/operator.ts';
import type { Output } from '../command/output.ts';
import { stateOutageText } from '../command/state-failure.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import { openActing } from '../opening/open-acting.ts';
import type { EnvironmentSession } from '../opening/open-environment.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import { scoreLines } from '../opening/score-lines.ts';
import { attachDiagnosis } from './attach-diagnosis.ts';
import { runDueResets } from './due-resets.ts';
import type { RunFlags } from './flags.ts';
import { prepareRunDrill } from './run-drill.ts';
import { createRunEventPrinter, requirementLines } from './run-lines.ts';

/**
 * Proposes the undo of a run in the ledger, which passes the same gates as any other. Throws a UsageError for an unknown
 * or unfinished run, or one without recorded state to restore.
 */
const proposeUndo = async (
  run: string,
  { profile, state }: EnvironmentSession,
  executor: Executor,
  signal: AbortSignal,
  reasons: OverrideReasons,
): Promise<Proposal> => {
  const records = await readLedger(state.dir, { run });
  const [first] = records;
  if (first === undefined)
    throw new UsageError(
      `cannot undo run ${run}: not in the ledger in ${state.dir}. See opsdeck audit show.`,
    );
  const here = `${profile.system}/${profile.env}`;
  if (`${first.system}/${first.env}` !== here)
    throw new UsageError(
      `cannot undo run ${run} in ${here}: it ran in ${first.system}/${first.env}. Nothing was executed.`,
    );
  const known = await toPastRun(records);
  if (known?.unended === 'going' || known?.unended === 'unknown')
    throw new UsageError(`cannot undo run ${run}: not ended yet (${known.why}). Nothing was executed.`);
  const proposal = await executor.undoProposal(run, signal, reasons);
  if (proposal === undefined)
    throw new UsageError(`cannot undo run ${run}: no state to restore was recorded`);
  return proposal;
};

const readMs = 10_000;
/** Time limit for the findings around the run; what has not answered is left out. */
const findingsMs = 5_000;

const runbookOf = ({ profile, engine }: EnvironmentSession, id: string): Runbook => {
  const runbooks = [...profile.runbooks, ...builtInRunbooks(profile, engine.sources)];
  const runbook = runbooks.find((candidate) => candidate.id === id);
  if (runbook !== undefined) return runbook;
  const ids = runbooks.map((currentRunbook) => currentRunbook.id);
  const hint =
    ids.length === 0 ? 'the profile defines no runbooks: add one under runbooks' : didYouMean(id, ids);
  throw new UsageError(`${profile.system}/${profile.env} has no runbook ${id}. ${sentenceCase(hint)}`);
};

/** Returns whether facts must be read first: for choices of parameters, or for conditions of diagnosis steps. */
const wantsFacts = ({ params, diagnose }: Runbook, flags: RunFlags): boolean =>
  params.some(({ from }) => from !== undefined) ||
  (flags.diagnose === true && diagnose.some(({ that }) => that !== undefined));

/** Returns the parameters, checked against current facts. Throws a UsageError. */
const paramsOf = async (
  runbook: Runbook,
  flags: RunFlags,
  { engine }: EnvironmentSession,
  { openIo, clock }: Pick<CommandContext, 'openIo' | 'clock'>,
  signal: AbortSignal,
): Promise<ParamValues> => {
  if (wantsFacts(runbook, flags)) await engine.readOnce(readMs, signal);
  const inputs = flags.param ?? {};
  const known = await readMissingChoices(runbook, inputs, {}, { engine, openIo, clock }, signal);
  const checked = checkParams(runbook, inputs, engine.snapshot(), known);
  if (checked.ok) return checked.values;
  const lines = checked.problems.map(({ name, what }) => `  --param ${name}=…: ${what}`);
  const missing = unplannedRequirements(
    runbook,
    { profile: engine.profile, sources: engine.sources, user: userName(), wall: clock.wallNow() },
    { isArmed: flags.arm !== undefined, isConfirmed: (flags.confirm ?? []).length > 0 },
  );
  const others =
    flags.dryRun === true || missing.length === 0
      ? []
      : ['The runbook also requires:', ...requirementLines(missing)];
  throw new UsageError(
    `cannot run ${runbook.id}: the parameters are invalid. Nothing was executed.`,
    ...lines,
    ...others,
  );
};

/** Throws a UsageError for a `--done` that is neither a manual step nor an abort point (`ask`), nor work that follows. */
const checkDone = (runbook: Runbook, done: readonly string[]): void => {
  const steps = runbook.act.filter((step) => step.manual === true || step.ask === true);
  const known = [...steps, ...(runbook.after ?? [])].map(({ id }) => id);
  const unknown = done.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new UsageError(
      `${runbook.id} has no manual step or abort point ${unknown}. ${sentenceCase(didYouMean(unknown, known, 'there are none'))}`,
    );
};

/** A runbook with values for its parameters. */
interface AskedRun {
  readonly runbook: Runbook;
  readonly params: ParamValues;
}

/** Parses the target of the run from the command line. Throws a UsageError. */
const targetOf = (
  id: string | undefined,
  { undo, param = {} }: RunFlags,
): { readonly undo: string } | { readonly id: string } => {
  if (undo === undefined && id === undefined)
    throw new UsageError(
      "missing required argument 'id': opsdeck run ID, opsdeck run --undo RUN or opsdeck run --resets",
    );
  if (undo !== undefined && (id !== undefined || Object.keys(param).length > 0))
    throw conflictingOptions('--undo', 'a runbook or --param', 'an undo restores the recorded state');
  return undo === undefined ? { id: id ?? '' } : { undo };
};

/** Returns the runbook with its parameters, or the run to undo. */
const askedFor = async (
  target: ReturnType<typeof targetOf>,
  flags: RunFlags,
  opened: EnvironmentSession,
  context: Pick<CommandContext, 'openIo' | 'clock'>,
  signal: AbortSignal,
): Promise<{ readonly undo: string } | AskedRun> => {
  if ('undo' in target) return target;
  const runbook = runbookOf(opened, target.id);
  checkDone(runbook, flags.done ?? []);
  return { runbook, params: await paramsOf(runbook, flags, opened, context, signal) };
};

/** Prints events as JSON, one per line; the ending has its sentence, as the text has. */
const createJsonPrinter = (output: Pick<Output, 'json'>): ((event: RunEvent) => void) => {
  const events: RunEvent[] = [];
  return (event) => {
    events.push(event);
    const sentence = event.event === 'ended' ? endingSentence(events) : undefined;
    output.json(sentence === undefined ? event : { ...event, sentence });
  };
};

/** Returns the printer of events: JSON, one per line, or text. */
const plainPrinterOf = ({ options, output }: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  if (options.json === true) return createJsonPrinter(output);
  const linesOf = createRunEventPrinter(options.dryRun === true);
  return (event) => {
    for (const line of linesOf(event)) output.line(line);
  };
};

/** Returns the printer of events, with masking under `--share`. */
const eventPrinterOf = (invocation: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  const print = plainPrinterOf(invocation);
  const { sharing } = invocation;
  if (sharing === undefined) return print;
  return (event) => {
    // The operator must be able to read the target names.
    if (event.event === 'planned') sharing.keep(event.proposal.names);
    print(sharing.deep(event));
  };
};

/** Maximum wait for ledger copies at the end of a run. */
const copiesMs = 3000;

/** Reports failed ledger copies, and a state database that is unavailable, on stderr. They do not change the ending of the run. */
const reportCopies = async (
  copies: readonly AuditCopies[],
  { state }: Pick<EnvironmentSession, 'state'>,
  output: Pick<Output, 'error'>,
): Promise<void> => {
  await Promise.all(copies.map((copy) => copy.settled(copiesMs)));
  for (const problem of copies.flatMap((copy) => copy.trouble() ?? [])) output.error(`opsdeck: ${problem}`);
  const outage = state.trouble();
  if (outage !== undefined) output.error(`opsdeck: ${stateOutageText(outage)}`);
};

/**
 * Runs the diagnosis steps with `--diagnose`. Their results are recorded, also with the open incidents of the environment, and
 * never stop the run.
 */
const diagnosisOf = async (
  { diagnose, dryRun }: RunFlags,
  { runbook, params }: AskedRun,
  parts: Pick<CommandContext, 'clock' | 'openIo'> & {
    readonly opened: EnvironmentSession;
    readonly who: LedgerActor;
    readonly output: Output;
  },
  signal: AbortSignal,
): Promise<readonly DiagnosisResult[]> => {
  if (diagnose !== true) return [];
  const { opened, who, clock, output } = parts;
  const how = { ...parts, engine: opened.engine, isDryRun: dryRun === true };
  const results = await diagnoseSteps(runbook.diagnose, params, how, signal);
  await attachDiagnosis(opened, runbook, results, { clock, output, who: actorText(who) });
  return results;
};

const reasonsOf = ({ override, allowOutage: outage }: RunFlags): OverrideReasons => ({
  ...defined({ override, outage }),
});

const answersOf = (
  { confirm = [], done = [] }: RunFlags,
  diagnoses: readonly DiagnosisResult[],
): OperatorAnswers => ({
  names: confirm,
  pasted: false,
  by: 'flag',
  ticks: done,
  tick: async ({ id }) => done.includes(id),
  found: () => diagnoses,
});

/** Returns the exit code of an outcome, and fixes it even if stdout fails. */
const settledBy = (ended: Extract<RunEvent, { event: 'ended' }>, output: Output): number => {
  const { is, exit } = outcomeOf(ended, ended.incident);
  output.settle(
    `The run itself ended: ${is} (exit code ${exit}). See opsdeck audit show --run ${ended.run}.`,
  );
  return exit;
};

const environmentFor = ({ breakGlass }: { readonly breakGlass?: string | undefined }) => ({
  memory: false,
  ...defined({ breakGlass }),
});

/** `opsdeck run --resets`: carries out the resets that are due, with the answers of the flags. Throws a UsageError for other options. */
const runResets = async (invocation: Invocation<RunFlags>): Promise<number> => {
  const { args, options, context, output } = invocation;
  const { undo, param, dryRun, diagnose } = options;
  const isOther = [undo, param, dryRun, diagnose].some((entry) => entry !== undefined);
  if (args[0] !== undefined || isOther)
    throw conflictingOptions('--resets', 'a runbook or its options', 'each reset already has a plan');
  const signal = invocation.interruption();
  return withEnvironment(context, environmentFor(options), async (opened) => {
    invocation.sharing?.learn(opened);
    const { executor, arming, copies } = await openActing(context, opened);
    const notArmed = options.arm === undefined ? undefined : arming.arm(options.arm);
    if (notArmed !== undefined) throw new UsageError(notArmed);
    const listen = eventPrinterOf(invocation);
    const answers = answersOf(options, []);
    const how = { executor, clock: context.clock, output, listen, answers, reasons: reasonsOf(options) };
    const code = await runDueResets(how, signal);
    await reportCopies(copies, opened, output);
    return code;
  });
};

const proposeRequest = (
  request: Awaited<ReturnType<typeof askedFor>>,
  opened: EnvironmentSession,
  executor: Executor,
  options: RunFlags,
  signal: AbortSignal,
): ReturnType<Executor['propose']> =>
  'undo' in request
    ? proposeUndo(request.undo, opened, executor, signal, reasonsOf(options))
    : executor.propose({ ...request, ...reasonsOf(options) }, signal);

/** Tells the score of a drill, which is no event of the run. */
const reportScore = (result: DrillResult | undefined, output: Output): void => {
  for (const line of result === undefined ? [] : scoreLines(result)) output.error(line);
};

/** Prints the events of a run as they come, and returns its exit code. */
const reportEvents = async (
  invocation: Invocation<RunFlags>,
  events: Iterable<RunEvent> | AsyncIterable<RunEvent>,
): Promise<number> => {
  const print = eventPrinterOf(invocation);
  // Of a run that ends without an ending.
  let code = 2;
  for await (const event of events) {
    print(event);
    if (event.event === 'ended') code = settledBy(event, invocation.output);
  }
  return code;
};

/**
 * `opsdeck run ID`: proposes, passes the gates with the answers of the flags, executes and verifies. Never prompts.
 * A closed stdout does not stop a run; only signals do.
 */
export const run: SubCommand<RunFlags> = async (invocation) => {
  const { args, options, context, output } = invocation;
  if (options.resets === true) return runResets(invocation);
  const target = targetOf(args[0], options);
  const signal = invocation.interruption();
  return withEnvironment(context, environmentFor(options), async (opened) => {
    invocation.sharing?.learn(opened);
    const request = await askedFor(target, options, opened, context, signal);
    invocation.sharing?.learn(opened);
    await using drill = options.dryRun === true ? undefined : prepareRunDrill(context, opened);
    const { executor, arming, copies, who } = await openActing(
      context,
      opened,
      drill === undefined ? {} : { drills: drill.tracker },
    );
    drill?.begin(who);
    const notArmed = options.arm === undefined ? undefined : arming.arm(options.arm);
    if (notArmed !== undefined) throw new UsageError(notArmed);
    const diagnoses =
      'undo' in request
        ? []
        : await diagnosisOf(options, request, { ...context, opened, who, output }, signal);
    // The findings before the run: afterwards it reports which of them remain. A source that is down must not delay it.
    const findings = options.dryRun === true ? undefined : opened.engine.readOnce(findingsMs, signal);
    const proposal = await proposeRequest(request, opened, executor, options, signal);
    await findings;
    if (signal.aborted) {
      output.error('opsdeck: you canceled while the run was being planned. Nothing was executed');
      return cancelledExit;
    }
    const events =
      options.dryRun === true
        ? await executor.dryRun(proposal, diagnoses)
        : executor.execute(proposal, answersOf(options, diagnoses), signal);
    const code = await reportEvents(invocation, events);
    await reportCopies(copies, opened, output);
    const result = await drill?.end();
    if (options.json !== true) reportScore(result, output);
    return code;
  });
};
