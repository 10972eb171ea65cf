import { goesOn } from '../../domain/incident-status.ts';
import type { OverrideReasons, Proposal, ShownTarget } from '../../domain/proposal.ts';
import type { DiagnosisResult, LoginResult, RunEvent } from '../../domain/run.ts';
import type { ParamOrigins, ParamValues, Runbook } from '../../domain/runbook.ts';
import { presentValueOf } from '../../runs/reads/present-value.ts';
import { type ReadChoices, readMissingChoices, withoutChoicesOf } from '../../runs/reads/read-choices.ts';
import type { ParamInputs } from '../../runs/runbooks/params.ts';
import type { RunView } from '../../store/cockpit.ts';
import {
  activeRunText,
  addDiagnosis,
  addEndedRun,
  applyRunEvent,
  isRunActive,
  newRunView,
} from '../../store/run-view.ts';
import { diagnoseSteps } from '../diagnose.ts';
import { runJournalEntry } from '../journal/run-entries.ts';
import type { CockpitParts, OpenedEnvironment } from './cockpit-parts.ts';
import { runEndedText, withJournalEntries } from './messages.ts';
import { readAfterRunEvent } from './read-after-run.ts';
import { createRecoveredRunWatch } from './recovered-run-watch.ts';
import type { RunHistory } from './run-history.ts';
import {
  changePrompt,
  createConfirmDelay,
  createPendingRunAnswers,
  nextParamPrompt,
  originOfAll,
  originsOf,
  type ParamPrompt,
} from './run-prompts.ts';

export interface RunFlow {
  begin(
    runbook: Runbook,
    inputs: ParamInputs,
    shown?: readonly ShownTarget[],
    origins?: ParamOrigins,
  ): Promise<void>;
  give(name: string, value: string | readonly string[]): Promise<void>;
  /** Asks for another value of a parameter of the planned run. Cancels a run that is already confirmed. */
  changeParam(name?: string): void;
  /** Reads the choices of the asked parameter again, after they could not be read. */
  readChoices(): Promise<void>;
  confirm(answer: { readonly typed?: string; readonly pasted: boolean }): Promise<void>;
  decline(): Promise<void>;
  cancel(): void;
  tick(done: boolean): void;
  undo(run: string): Promise<void>;
  /** Plans the run of the card again, overriding its failed checks for this reason. */
  override(reason: string): Promise<void>;
  note(run: string, text: string): Promise<void>;
  loggedIn(answer: LoginResult): void;
  /** Resolves when the run in progress has ended and is in the ledger. */
  settled(): Promise<void>;
  /** Stops watching every recovered run. Resolves when that is in the ledger. */
  unwatch(why: string): Promise<void>;
  /** True while a run is executing, in its cancel window, or verifying. */
  isBusy(): boolean;
}

/** A reason covers what the card showed when it was given, and nothing else. */
const reasonsFor = ({ checks = [], override, outage }: Proposal, reason: string): OverrideReasons => {
  const failed = checks.filter(({ ok, asks }) => ok === false && asks !== true).map(({ what }) => what);
  return {
    ...(override === undefined ? {} : { override }),
    ...(outage === undefined ? {} : { outage }),
    ...(failed.some((what) => what !== 'outage') ? { override: reason } : {}),
    ...(failed.includes('outage') ? { outage: reason } : {}),
  };
};

/** The run on screen, from its first parameter to its end. The executor does everything that acts. */
export const createRunFlow = (
  { cockpit, clock, openIo }: Pick<CockpitParts, 'cockpit' | 'clock' | 'openIo'>,
  opened: OpenedEnvironment,
  say: (text: string, level?: 'ok' | 'warn') => void,
  past?: Pick<RunHistory, 'load' | 'read'>,
): RunFlow => {
  let inputs: ParamInputs = {};
  let origins: ParamOrigins = {};
  let known: ReadChoices = {};
  let shown: readonly ShownTarget[] = [];
  let stop = new AbortController();
  let following: Promise<void> = Promise.resolve();

  /** Reads the ledger again where RUNS shows it. */
  const refreshRuns = (): void => {
    if (cockpit.getState().runs !== undefined) void past?.read();
  };

  const watch = createRecoveredRunWatch(cockpit, opened.executor, refreshRuns);
  const reading = createConfirmDelay(clock, opened.arming);
  const view = (): RunView | undefined => cockpit.getState().run;
  const show = (change: Partial<RunView>): void => {
    if (change.stage === 'proposed') reading.shown();
    cockpit.setState((s) => (s.run === undefined ? {} : { run: { ...s.run, ...change } }));
  };
  /** Set at the confirmation, before anything is shown, so that a second key press has no effect. */
  let answering = false;
  const busy = (): boolean => answering || isRunActive(cockpit.getState());

  const startDiagnosis = (runbook: Runbook, values: RunView['params'], signal: AbortSignal): void => {
    const put = ({ step, ...diagnosis }: DiagnosisResult): void =>
      cockpit.setState((s) =>
        s.run === undefined || signal.aborted
          ? {}
          : { run: addDiagnosis(s.run, step, diagnosis, clock.now()) },
      );
    const parts = { engine: opened.engine, openIo, clock };
    void diagnoseSteps(runbook.diagnose, values, parts, signal, put);
  };

  const plan = async (
    runbook: Runbook,
    values: RunView['params'],
    reasons: OverrideReasons = {},
  ): Promise<void> => {
    stop = new AbortController();
    const { signal } = stop;
    show({ stage: 'planning', params: values, origins: originsOf(runbook, origins) });
    startDiagnosis(runbook, values, signal);
    const request = { runbook, params: values, shown, ...reasons };
    const proposal = await opened.executor.propose(request, signal);
    if (!signal.aborted) show({ stage: 'proposed', proposal });
  };

  /** Reads the choices that a source provides. False: the card was closed meanwhile. */
  const readSourceChoices = async (runbook: Runbook, given: ParamInputs): Promise<boolean> => {
    const { signal } = stop;
    const parts = { engine: opened.engine, openIo, clock };
    known = await readMissingChoices(runbook, given, known, parts, signal, ({ name, title = name }) =>
      show({ parameterPrompt: { name, title, loading: true } }),
    );
    return !signal.aborted;
  };

  /** Shows a question with the value in effect, which may have to be read first. */
  const ask = (
    runbook: Runbook,
    asking: ParamPrompt,
    values: ParamValues,
    change: Partial<RunView> = {},
  ): void => {
    const spec = runbook.params.find(({ name }) => name === asking.name);
    const parts = { engine: opened.engine, openIo, clock };
    const found = spec === undefined ? undefined : presentValueOf(spec, runbook, values, parts);
    const prompt = found === undefined ? asking : { ...asking, present: found.present };
    show({ ...change, stage: 'params', parameterPrompt: prompt });
    const { signal } = stop;
    void found?.read?.(signal).then((present) => {
      const shown = view()?.parameterPrompt;
      // Another question may have been asked meanwhile.
      if (!signal.aborted && shown === prompt) show({ parameterPrompt: { ...prompt, present } });
    });
  };

  /** Asks for the first missing parameter; plans when all are given. */
  const askOrPlan = async (runbook: Runbook): Promise<void> => {
    if (!(await readSourceChoices(runbook, inputs))) return;
    const next = nextParamPrompt(runbook, inputs, opened.engine.snapshot(), known);
    if (next.is === 'whole') return plan(runbook, next.values);
    if (next.is === 'asking') return ask(runbook, next.asking, next.values);
    cockpit.setState(({ run: _, ...rest }) => rest, true);
    say(`${runbook.title}: ${next.why}`);
  };

  const afterEnd = (run: RunView | undefined, ended: Extract<RunEvent, { event: 'ended' }>): void => {
    const { ending, incident, run: id } = ended;
    cockpit.setState(addEndedRun);
    refreshRuns();
    if (ending === 'recovered' || (ending === 'executed-not-recovered' && goesOn(incident))) watch.begin(id);
    if (run?.background === true) say(...runEndedText(run, ended));
  };

  const follow = async (events: AsyncIterable<RunEvent>): Promise<void> => {
    for await (const event of events) {
      cockpit.setState((s) => (s.run === undefined ? {} : { run: applyRunEvent(s.run, event) }));
      const run = view();
      const entry =
        run === undefined
          ? undefined
          : runJournalEntry(
              run.proposal?.title ?? run.runbook.title,
              event,
              run.events,
              run.proposal?.drill === true,
            );
      if (entry !== undefined) cockpit.setState((s) => withJournalEntries(s, [entry]));
      if (run !== undefined) readAfterRunEvent(opened.engine, run, event);
      if (event.event === 'ended') afterEnd(run, event);
    }
  };

  const answers = createPendingRunAnswers(() =>
    Object.entries(view()?.diagnosis ?? {}).map(([step, { since: _, endedAt: __, ...diagnosis }]) => ({
      step,
      ...diagnosis,
    })),
  );

  /** Plans the undo of a run, overriding checks for these reasons. */
  const undo = async (id: string, reasons: OverrideReasons = {}): Promise<void> => {
    if (busy()) return say(activeRunText);
    const up = view();
    const run =
      cockpit.getState().endedRuns.find((one) => one.proposal?.run === id) ??
      (up?.proposal?.run === id && up.stage === 'ended' ? up : undefined) ??
      (await past?.load(id));
    if (run === undefined) return say('nothing to undo');
    // The ledger was read in the meantime.
    if (busy()) return say(activeRunText);
    const { system, env } = opened.profile;
    if (run.proposal?.system !== system || run.proposal.env !== env)
      return say(
        `that run belongs to ${run.proposal?.system}/${run.proposal?.env}: open that environment first`,
      );
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    cockpit.setState({ run: newRunView(run.runbook, 'planning') });
    const proposal = await opened.executor.undoProposal(run.events, run.runbook, signal, reasons);
    if (signal.aborted) return;
    if (proposal === undefined) {
      cockpit.setState({ run });
      return say('this run recorded nothing that can be undone');
    }
    show({ stage: 'proposed', proposal });
  };

  /** Ends the plan of the card in the executor, so that nothing can confirm it any more. False: closed meanwhile. */
  const voidPlan = async (proposal: Proposal, why: string): Promise<boolean> => {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    show({ stage: 'planning', diagnosis: {} });
    await opened.executor.decline(proposal, why);
    return !signal.aborted;
  };

  const changeParam = (name?: string): void => {
    const run = view();
    if (run === undefined) return;
    if (busy() && run.stage === 'running') say('the run has started; press ctrl-c to cancel it');
    else if (busy()) {
      // The operator wants other values than the confirmed ones.
      stop.abort();
      say('canceled: a parameter was about to be changed after the confirmation');
    } else {
      const prompt = changePrompt(run, name, opened.engine.snapshot(), known);
      if (prompt !== undefined) ask(run.runbook, prompt, run.params, { changes: (run.changes ?? 0) + 1 });
    }
  };

  /** Takes a new value for a parameter of the planned run. An invalid one is asked for again, and the plan stays. */
  const takeChange = async (run: RunView, proposal: Proposal, changed: ParamInputs): Promise<void> => {
    const [name = ''] = Object.keys(changed);
    known = withoutChoicesOf(known, run.runbook, name);
    const next = nextParamPrompt(run.runbook, { ...inputs, ...changed }, opened.engine.snapshot(), known);
    if (next.is === 'asking' && next.asking.name === name)
      return show({ parameterPrompt: { ...next.asking, value: changed[name] ?? '' } });
    inputs = { ...inputs, ...changed };
    origins = { ...origins, ...originOfAll(changed, 'you') };
    const { parameterPrompt: _, proposal: __, ...rest } = run;
    cockpit.setState({ run: rest });
    if (await voidPlan(proposal, `planned again with another value of ${name}`)) await askOrPlan(run.runbook);
  };

  /** Failing sources are read first: most choices are facts. */
  const readChoicesAgain = async (): Promise<void> => {
    const run = view();
    const { name = '', title = '', problem, loading } = run?.parameterPrompt ?? {};
    if (run?.stage !== 'params' || run.proposal !== undefined || problem === undefined || loading === true)
      return;
    const { signal } = stop;
    const { [name]: _, ...others } = known;
    known = others;
    show({ parameterPrompt: { name, title, loading: true } });
    const failing = Object.values(opened.engine.facts.getState().feeds).flatMap(({ feed, faults }) =>
      faults.length > 0 && feed.everyMs > 0 ? [feed.id] : [],
    );
    await opened.engine.readNow(failing, signal);
    if (!signal.aborted) await askOrPlan(run.runbook);
  };

  return {
    isBusy: busy,
    readChoices: readChoicesAgain,
    settled: () => following,
    unwatch: watch.stop,
    begin: async (runbook, params, seen = [], given = originOfAll(params, 'row')) => {
      if (busy()) return say(activeRunText);
      stop.abort();
      stop = new AbortController();
      inputs = params;
      known = {};
      origins = given;
      shown = seen;
      cockpit.setState({ run: newRunView(runbook, 'params') });
      await askOrPlan(runbook);
    },
    give: async (name, value) => {
      const run = view();
      if (run?.stage !== 'params') return;
      if (run.parameterPrompt?.picks === true) return changeParam(String(value));
      if (run.proposal !== undefined) return takeChange(run, run.proposal, { [name]: value });
      inputs = { ...inputs, [name]: value };
      known = withoutChoicesOf(known, run.runbook, name);
      origins = { ...origins, [name]: 'you' };
      const { parameterPrompt: _, ...rest } = run;
      cockpit.setState({ run: rest });
      await askOrPlan(run.runbook);
    },
    changeParam,
    confirm: async (answer) => {
      const run = view();
      if (busy() || run?.stage !== 'proposed' || run.proposal === undefined) return;
      if (!run.proposal.gate.typed && reading.tooSoon())
        return say('too fast to have read the preview: nothing was executed; press it again');
      answering = true;
      stop = new AbortController();
      const events = opened.executor.execute(run.proposal, answers.of(run.proposal, answer), stop.signal);
      following = follow(events).finally(() => {
        answering = false;
      });
      await following;
    },
    decline: async () => {
      const run = view();
      if (run === undefined || busy()) return;
      if (run.stage === 'params' && run.proposal !== undefined) {
        const { parameterPrompt: _, ...rest } = run;
        cockpit.setState({ run: rest });
        return show({ stage: 'proposed' });
      }
      stop.abort();
      cockpit.setState((s) => {
        const { run: _, ...rest } = s;
        return rest;
      }, true);
      if (run.stage === 'proposed' && run.proposal !== undefined)
        await opened.executor.decline(run.proposal, 'declined by the operator');
    },
    cancel: () => stop.abort(),
    tick: answers.tick,
    loggedIn: answers.loggedIn,
    note: async (run, text) => {
      const event = await opened.executor.note(run, text);
      cockpit.setState((s) => (s.run?.proposal?.run === run ? { run: applyRunEvent(s.run, event) } : {}));
    },
    override: async (reason) => {
      const run = view();
      if (busy() || run?.stage !== 'proposed' || run.proposal === undefined) return;
      stop.abort();
      await opened.executor.decline(run.proposal, 'planned again with a reason to override a check');
      const { undoes } = run.proposal;
      const reasons = reasonsFor(run.proposal, reason);
      await (undoes === undefined ? plan(run.runbook, run.params, reasons) : undo(undoes, reasons));
    },
    undo: (id) => undo(id),
  };
};
