import { defined } from '../../../domain/base/defined.ts';
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
import type { RunAttempts } from './run-attempts.ts';
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
    ...defined({ override, outage }),
    ...(failed.some((what) => what !== 'outage') ? { override: reason } : {}),
    ...(failed.includes('outage') ? { outage: reason } : {}),
  };
};

class ScreenRun implements RunFlow {
  readonly #parts: Pick<CockpitParts, 'cockpit' | 'clock' | 'openIo'>;
  readonly #opened: OpenedEnvironment;
  readonly #say: (text: string, level?: 'ok' | 'warn') => void;
  readonly #past: Pick<RunHistory, 'load' | 'read'> | undefined;
  readonly #attempts: Pick<RunAttempts, 'planned' | 'ended'> | undefined;
  #shown: readonly ShownTarget[] = [];
  #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();
  readonly #watch;
  readonly #reading;
  /** Set at the confirmation, before anything is shown, so that a second key press has no effect. */
  #answering = false;
  readonly #answers;
  /** The run that the card undoes, or whose change it resets. */
  #undone: UndoTarget | undefined;
  readonly #entry;
  readonly readChoices: RunFlow['readChoices'];
  readonly unwatch: RunFlow['unwatch'];
  readonly tick: RunFlow['tick'];
  readonly loggedIn: RunFlow['loggedIn'];

  constructor(
    parts: Pick<CockpitParts, 'cockpit' | 'clock' | 'openIo'>,
    opened: OpenedEnvironment,
    say: (text: string, level?: 'ok' | 'warn') => void,
    past?: Pick<RunHistory, 'load' | 'read'>,
    attempts?: Pick<RunAttempts, 'planned' | 'ended'>,
  ) {
    this.#parts = parts;
    this.#opened = opened;
    this.#say = say;
    this.#past = past;
    this.#attempts = attempts;
    this.#watch = createRecoveredRunWatch(parts.cockpit, opened.executor, this.#refreshRuns);
    this.#reading = createConfirmDelay(parts.clock, opened.arming);
    this.#answers = createPendingRunAnswers(() =>
      Object.entries(this.#view()?.diagnosis ?? {}).map(
        ([step, { since: _, endedAt: __, ...diagnosis }]) => ({
          step,
          ...diagnosis,
        }),
      ),
    );
    this.#entry = createParamEntry({
      cockpit: parts.cockpit,
      clock: parts.clock,
      openIo: parts.openIo,
      engine: opened.engine,
      say,
      show: this.#show,
      signal: () => this.#stop.signal,
      plan: this.#plan,
      voidPlan: this.#voidPlan,
    });
    this.readChoices = this.#entry.readChoicesAgain;
    this.unwatch = this.#watch.stop;
    this.tick = this.#answers.tick;
    this.loggedIn = this.#answers.loggedIn;
  }

  readonly isBusy = (): boolean => this.#answering || isRunActive(this.#parts.cockpit.getState());

  changeParam(name?: string): void {
    const run = this.#view();
    if (run === undefined) return;
    if (this.isBusy() && run.stage === 'running') this.#say('the run has started. Press ctrl-c to cancel');
    else if (this.isBusy()) {
      // The operator wants other values than the confirmed ones.
      this.#stop.abort();
      this.#say('run canceled, because you changed a parameter after the confirmation');
    } else {
      this.#entry.change(run, name);
    }
  }

  settled(): Promise<void> {
    return this.#following;
  }

  async begin(
    runbook: Runbook,
    params: ParamInputs,
    seen: readonly ShownTarget[] = [],
    given: ParamOrigins = originOfAll(params, 'row'),
  ): Promise<void> {
    if (this.isBusy()) return this.#say(activeRunText);
    this.#restart();
    this.#entry.begin(params, given);
    this.#shown = seen;
    this.#parts.cockpit.setState({ run: newRunView(runbook, 'params') });
    await this.#entry.askOrPlan(runbook);
  }

  async give(name: string, value: string | readonly string[]): Promise<void> {
    const run = this.#view();
    if (run?.stage !== 'params') return;
    if (run.parameterPrompt?.picks === true) return this.changeParam(String(value));
    await this.#entry.give(run, name, value);
  }

  async confirm(answer: { readonly typed?: string; readonly pasted: boolean }): Promise<void> {
    const run = this.#view();
    if (this.isBusy() || run?.stage !== 'proposed' || run.proposal === undefined) return;
    if (!run.proposal.gate.typed && this.#reading.tooSoon())
      return this.#say(
        'you confirmed before the preview was readable, so nothing was executed. Press the key again',
      );
    this.#answering = true;
    this.#stop = new AbortController();
    const events = this.#opened.executor.execute(
      run.proposal,
      this.#answers.of(run.proposal, answer),
      this.#stop.signal,
    );
    this.#following = followRun(events, {
      cockpit: this.#parts.cockpit,
      engine: this.#opened.engine,
      ended: this.#afterEnd,
    }).finally(() => {
      this.#answering = false;
    });
    await this.#following;
  }

  async decline(): Promise<void> {
    const run = this.#view();
    if (run === undefined || this.isBusy()) return;
    if (run.stage === 'params' && run.proposal !== undefined) {
      const { parameterPrompt: _, ...rest } = run;
      this.#parts.cockpit.setState({ run: rest });
      return this.#show({ stage: 'proposed' });
    }
    this.#stop.abort();
    this.#parts.cockpit.setState((s) => {
      const { run: _, ...rest } = s;
      return rest;
    }, true);
    if (run.stage === 'proposed' && run.proposal !== undefined)
      await this.#opened.executor.decline(run.proposal, 'the operator declined');
  }

  cancel(): void {
    this.#stop.abort();
  }

  async note(run: string, text: string): Promise<void> {
    const event = await this.#opened.executor.note(run, text);
    this.#parts.cockpit.setState((s) =>
      s.run?.proposal?.run === run ? { run: applyRunEvent(s.run, event) } : {},
    );
  }

  async override(reason: string): Promise<void> {
    const run = this.#view();
    if (this.isBusy() || run?.stage !== 'proposed' || run.proposal === undefined) return;
    this.#stop.abort();
    await this.#opened.executor.decline(run.proposal, 'planned again with a reason to override a check');
    const { undoes } = run.proposal;
    const reasons = reasonsFor(run.proposal, reason);
    await (undoes === undefined
      ? this.#plan(run.runbook, run.params, reasons)
      : this.#undo(this.#targetOf(undoes), reasons));
  }

  undo(run: string): Promise<void> {
    return this.#undo({ run });
  }

  reset(run: string, step: string): Promise<void> {
    return this.#undo({ run, step });
  }

  /** Aborts what is being planned. Returns the signal of what follows. */
  readonly #restart = (): AbortSignal => {
    this.#stop.abort();
    this.#stop = new AbortController();
    return this.#stop.signal;
  };

  /** Reads the ledger again where Runs shows it. */
  readonly #refreshRuns = (): void => {
    if (this.#parts.cockpit.getState().runs !== undefined) void this.#past?.read();
  };

  #view(): RunView | undefined {
    return this.#parts.cockpit.getState().run;
  }

  readonly #show = (change: Partial<RunView>): void => {
    if (change.stage === 'proposed') this.#reading.shown();
    this.#parts.cockpit.setState((s) => (s.run === undefined ? {} : { run: { ...s.run, ...change } }));
  };

  #startDiagnosis(runbook: Runbook, values: RunView['params'], signal: AbortSignal): void {
    const put = ({ step, ...diagnosis }: DiagnosisResult): void =>
      this.#parts.cockpit.setState((s) =>
        s.run === undefined || signal.aborted
          ? {}
          : { run: addDiagnosis(s.run, step, diagnosis, this.#parts.clock.now()) },
      );
    const parts = { engine: this.#opened.engine, openIo: this.#parts.openIo, clock: this.#parts.clock };
    void diagnoseSteps(runbook.diagnose, values, parts, signal, put);
  }

  readonly #plan = async (
    runbook: Runbook,
    values: RunView['params'],
    reasons: OverrideReasons = {},
  ): Promise<void> => {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#show({ stage: 'planning', params: values, origins: originsOf(runbook, this.#entry.origins()) });
    this.#startDiagnosis(runbook, values, signal);
    const request = { runbook, params: values, shown: this.#shown, ...reasons };
    const proposal = await this.#opened.executor.propose(request, signal);
    if (signal.aborted) return;
    this.#show({ stage: 'proposed', proposal });
    this.#attempts?.planned(proposal);
  };

  readonly #afterEnd = (run: RunView | undefined, ended: Extract<RunEvent, { event: 'ended' }>): void => {
    const { ending, incident, run: id } = ended;
    this.#parts.cockpit.setState(addEndedRun);
    if (run?.proposal !== undefined) this.#attempts?.ended(run.proposal, ended);
    this.#refreshRuns();
    if (ending === 'recovered' || (ending === 'executed-not-recovered' && goesOn(incident)))
      this.#watch.begin(id);
    if (run?.background === true) this.#say(...runEndedText(run, ended));
  };

  #undo(target: UndoTarget, reasons: OverrideReasons = {}): Promise<void> {
    this.#undone = target;
    return planUndo(target, reasons, {
      cockpit: this.#parts.cockpit,
      opened: this.#opened,
      say: this.#say,
      past: this.#past,
      isBusy: this.isBusy,
      restart: this.#restart,
      show: this.#show,
    });
  }

  #targetOf(run: string): UndoTarget {
    return this.#undone?.run === run ? this.#undone : { run };
  }

  /** Ends the plan of the card in the executor, so that nothing can confirm it any more. False: closed meanwhile. */
  readonly #voidPlan = async (proposal: Proposal, why: string): Promise<boolean> => {
    const signal = this.#restart();
    this.#show({ stage: 'planning', diagnosis: {} });
    await this.#opened.executor.decline(proposal, why);
    return !signal.aborted;
  };
}

/** The run on screen, from its first parameter to its end. The executor does everything that acts. */
export const createRunFlow = (
  parts: Pick<CockpitParts, 'cockpit' | 'clock' | 'openIo'>,
  opened: OpenedEnvironment,
  say: (text: string, level?: 'ok' | 'warn') => void,
  past?: Pick<RunHistory, 'load' | 'read'>,
  attempts?: Pick<RunAttempts, 'planned' | 'ended'>,
): RunFlow => new ScreenRun(parts, opened, say, past, attempts);
