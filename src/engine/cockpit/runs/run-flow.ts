import { goesOn } from '../../../domain/incidents/incident-status.ts';
import type { ParamOrigins, Runbook } from '../../../domain/runbooks/runbook.ts';
import type { OverrideReasons, Proposal, ShownTarget } from '../../../domain/runs/proposal.ts';
import type { DiagnosisResult, LoginResult, RunEvent } from '../../../domain/runs/run.ts';
import type { ParamInputs } from '../../../runs/runbooks/params.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  activeRunText,
  addDiagnosis,
  addEndedRun,
  applyRunEvent,
  isRunActive,
  newRunView,
} from '../../../store/run-view.ts';
import { diagnoseSteps } from '../../diagnose.ts';
import type { CockpitParts, OpenedEnvironment } from '../environment/cockpit-parts.ts';
import { runEndedText } from '../environment/messages.ts';
import { followRun } from './follow-run.ts';
import { createParamEntry } from './param-entry.ts';
import { createRecoveredRunWatch } from './recovered-run-watch.ts';
import type { RunHistory } from './run-history.ts';
import { createConfirmDelay, createPendingRunAnswers, originOfAll, originsOf } from './run-prompts.ts';
import { planUndo, type UndoTarget } from './undo-flow.ts';

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
  /** Plans the reset of a temporary change. */
  reset(run: string, step: string): Promise<void>;
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
  let shown: readonly ShownTarget[] = [];
  let stop = new AbortController();
  let following: Promise<void> = Promise.resolve();

  /** Aborts what is being planned. Returns the signal of what follows. */
  const restart = (): AbortSignal => {
    stop.abort();
    stop = new AbortController();
    return stop.signal;
  };

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
    show({ stage: 'planning', params: values, origins: originsOf(runbook, entry.origins()) });
    startDiagnosis(runbook, values, signal);
    const request = { runbook, params: values, shown, ...reasons };
    const proposal = await opened.executor.propose(request, signal);
    if (!signal.aborted) show({ stage: 'proposed', proposal });
  };

  const afterEnd = (run: RunView | undefined, ended: Extract<RunEvent, { event: 'ended' }>): void => {
    const { ending, incident, run: id } = ended;
    cockpit.setState(addEndedRun);
    refreshRuns();
    if (ending === 'recovered' || (ending === 'executed-not-recovered' && goesOn(incident))) watch.begin(id);
    if (run?.background === true) say(...runEndedText(run, ended));
  };

  const answers = createPendingRunAnswers(() =>
    Object.entries(view()?.diagnosis ?? {}).map(([step, { since: _, endedAt: __, ...diagnosis }]) => ({
      step,
      ...diagnosis,
    })),
  );

  /** The run that the card undoes, or whose change it resets. */
  let undone: UndoTarget | undefined;
  const undo = (target: UndoTarget, reasons: OverrideReasons = {}): Promise<void> => {
    undone = target;
    return planUndo(target, reasons, { cockpit, opened, say, past, isBusy: busy, restart, show });
  };

  const targetOf = (run: string): UndoTarget => (undone?.run === run ? undone : { run });

  /** Ends the plan of the card in the executor, so that nothing can confirm it any more. False: closed meanwhile. */
  const voidPlan = async (proposal: Proposal, why: string): Promise<boolean> => {
    const signal = restart();
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
      entry.change(run, name);
    }
  };

  const entry = createParamEntry({
    cockpit,
    clock,
    openIo,
    engine: opened.engine,
    say,
    show,
    signal: () => stop.signal,
    plan,
    voidPlan,
  });

  return {
    isBusy: busy,
    readChoices: entry.readChoicesAgain,
    settled: () => following,
    unwatch: watch.stop,
    begin: async (runbook, params, seen = [], given = originOfAll(params, 'row')) => {
      if (busy()) return say(activeRunText);
      restart();
      entry.begin(params, given);
      shown = seen;
      cockpit.setState({ run: newRunView(runbook, 'params') });
      await entry.askOrPlan(runbook);
    },
    give: async (name, value) => {
      const run = view();
      if (run?.stage !== 'params') return;
      if (run.parameterPrompt?.picks === true) return changeParam(String(value));
      await entry.give(run, name, value);
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
      following = followRun(events, { cockpit, engine: opened.engine, ended: afterEnd }).finally(() => {
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
      await (undoes === undefined ? plan(run.runbook, run.params, reasons) : undo(targetOf(undoes), reasons));
    },
    undo: (run) => undo({ run }),
    reset: (run, step) => undo({ run, step }),
  };
};
