import type { StoreApi } from 'zustand/vanilla';
import type { ShownTarget } from '../../domain/proposal.ts';
import type { DiagnosisResult, LoginResult, RunEnding, RunEvent } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { ParamInputs } from '../../runs/runbooks/params.ts';
import type { CockpitState, RunView } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import { addDiagnosis, addEndedRun, applyRunEvent, newRunView } from '../../store/run-view.ts';
import { diagnoseSteps } from '../diagnose.ts';
import { runJournalEntry } from '../journal/run-entries.ts';
import type { CockpitParts, OpenedEnvironment } from './cockpit-parts.ts';
import { runEndedText, withJournalEntries } from './messages.ts';
import { createRecoveredRunWatch } from './recovered-run-watch.ts';
import type { RunHistory } from './run-history.ts';
import { createConfirmDelay, createPendingRunAnswers, nextParamPrompt } from './run-prompts.ts';

/** The commands for runs. */
type RunCommands = Pick<
  Commands,
  | 'propose'
  | 'give'
  | 'confirm'
  | 'decline'
  | 'cancel'
  | 'tick'
  | 'background'
  | 'undo'
  | 'override'
  | 'rerun'
  | 'readRuns'
  | 'showRun'
  | 'note'
  | 'loggedIn'
>;

interface CurrentRunFlow {
  readonly opened: OpenedEnvironment;
  readonly flow: RunFlow;
}

/** Forwards run commands to the flow of the open environment; does nothing without one. */
export const createRunCommands = (
  cockpit: StoreApi<CockpitState>,
  here: () => CurrentRunFlow | undefined,
  history: RunHistory,
  say: (text: string, level?: 'ok' | 'unknown' | 'warn') => void,
  guarded: (work: Promise<void> | undefined) => void,
): RunCommands => {
  const flow = (): RunFlow | undefined => here()?.flow;
  const propose: RunCommands['propose'] = (id, params, shown) => {
    const runbook = here()?.opened.profile.runbooks.find((one) => one.id === id);
    if (runbook === undefined) return say(`no runbook is called ${id}`, 'warn');
    guarded(flow()?.begin(runbook, params, shown));
  };
  return {
    propose,
    give: (name, value) => guarded(flow()?.give(name, value)),
    confirm: (answer) => guarded(flow()?.confirm(answer)),
    decline: () => guarded(flow()?.decline()),
    cancel: () => flow()?.cancel(),
    tick: (done) => flow()?.tick(done),
    background: (hidden) =>
      cockpit.setState((s) => (s.run === undefined ? {} : { run: { ...s.run, background: hidden } })),
    undo: (run) => guarded(flow()?.undo(run)),
    override: (reason) => guarded(flow()?.override(reason)),
    rerun: (run) => {
      const past = history.find(run);
      if (past === undefined) return say('no such run', 'warn');
      const { system, env } = here()?.opened.profile ?? {};
      if (past.system !== system || past.env !== env)
        return say(`that run belongs to ${past.system}/${past.env}: open that environment first`, 'warn');
      const params = Object.entries(past.params).map(
        ([name, value]): [string, string | readonly string[]] => [
          name,
          typeof value === 'object' ? value : String(value),
        ],
      );
      propose(past.runbook, Object.fromEntries(params));
    },
    readRuns: () => guarded(history.read()),
    showRun: (run) => {
      if (flow()?.isBusy() === true) return say('a run is in progress; press ctrl-c to cancel it', 'warn');
      guarded(history.show(run));
    },
    note: (run, text) => guarded(flow()?.note(run, text)),
    loggedIn: (answer) => flow()?.loggedIn(answer),
  };
};

export interface RunFlow {
  begin(runbook: Runbook, inputs: ParamInputs, shown?: readonly ShownTarget[]): Promise<void>;
  give(name: string, value: string | readonly string[]): Promise<void>;
  confirm(answer: { readonly typed?: string; readonly pasted: boolean }): Promise<void>;
  decline(): Promise<void>;
  cancel(): void;
  tick(done: boolean): void;
  undo(run: string): Promise<void>;
  /** Plans the run of the card again, overriding a freeze for this reason. */
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

/** The run on screen, from its first parameter to its end. The executor does everything that acts. */
export const createRunFlow = (
  { cockpit, clock, openIo }: Pick<CockpitParts, 'cockpit' | 'clock' | 'openIo'>,
  opened: OpenedEnvironment,
  say: (text: string, level?: 'ok' | 'warn') => void,
  past?: Pick<RunHistory, 'load' | 'read'>,
): RunFlow => {
  let inputs: ParamInputs = {};
  let shown: readonly ShownTarget[] = [];
  let stop = new AbortController();
  let following: Promise<void> = Promise.resolve();

  const watch = createRecoveredRunWatch(cockpit, opened.executor);
  const reading = createConfirmDelay(clock, opened.arming);
  const view = (): RunView | undefined => cockpit.getState().run;
  const show = (change: Partial<RunView>): void => {
    if (change.stage === 'proposed') reading.shown();
    cockpit.setState((s) => (s.run === undefined ? {} : { run: { ...s.run, ...change } }));
  };
  /** Set at the confirmation, before anything is shown, so that a second key press has no effect. */
  let answering = false;
  const busy = (): boolean => answering || ['window', 'running'].includes(view()?.stage ?? '');

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

  const plan = async (runbook: Runbook, values: RunView['params'], override?: string): Promise<void> => {
    stop = new AbortController();
    const { signal } = stop;
    show({ stage: 'planning', params: values });
    startDiagnosis(runbook, values, signal);
    const request = { runbook, params: values, shown, ...(override === undefined ? {} : { override }) };
    const proposal = await opened.executor.propose(request, signal);
    if (!signal.aborted) show({ stage: 'proposed', proposal });
  };

  /** Asks for the first missing parameter; plans when all are given. */
  const askOrPlan = async (runbook: Runbook): Promise<void> => {
    const next = nextParamPrompt(runbook, inputs, opened.engine.snapshot());
    if (next.is === 'whole') return plan(runbook, next.values);
    if (next.is === 'asking') return show({ stage: 'params', parameterPrompt: next.asking });
    cockpit.setState(({ run: _, ...rest }) => rest, true);
    say(`${runbook.title}: ${next.why}`);
  };

  const afterEnd = (run: RunView | undefined, id: string, ending: RunEnding): void => {
    cockpit.setState(addEndedRun);
    if (cockpit.getState().runs !== undefined) void past?.read();
    if (ending === 'recovered') watch.begin(id);
    if (run?.background === true) say(...runEndedText(run, ending));
  };

  const follow = async (events: AsyncIterable<RunEvent>): Promise<void> => {
    for await (const event of events) {
      cockpit.setState((s) => (s.run === undefined ? {} : { run: applyRunEvent(s.run, event) }));
      const run = view();
      const entry =
        run === undefined
          ? undefined
          : runJournalEntry(run.proposal?.title ?? run.runbook.title, event, run.events);
      if (entry !== undefined) cockpit.setState((s) => withJournalEntries(s, [entry]));
      if (event.event === 'ended') afterEnd(run, event.run, event.ending);
    }
  };

  const answers = createPendingRunAnswers(() =>
    Object.entries(view()?.diagnosis ?? {}).map(([step, { since: _, endedAt: __, ...diagnosis }]) => ({
      step,
      ...diagnosis,
    })),
  );

  /** Plans the undo of a run, overriding a freeze for `override`. */
  const undo = async (id: string, override?: string): Promise<void> => {
    if (busy()) return say('a run is in progress; press ctrl-c to cancel it');
    const up = view();
    const run =
      cockpit.getState().endedRuns.find((one) => one.proposal?.run === id) ??
      (up?.proposal?.run === id && up.stage === 'ended' ? up : undefined) ??
      (await past?.load(id));
    if (run === undefined) return say('nothing to undo');
    // The ledger was read in the meantime.
    if (busy()) return say('a run is in progress; press ctrl-c to cancel it');
    const { system, env } = opened.profile;
    if (run.proposal?.system !== system || run.proposal.env !== env)
      return say(
        `that run belongs to ${run.proposal?.system}/${run.proposal?.env}: open that environment first`,
      );
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    cockpit.setState({ run: newRunView(run.runbook, 'planning') });
    const proposal = await opened.executor.undoProposal(run.events, run.runbook, signal, override);
    if (signal.aborted) return;
    if (proposal === undefined) {
      cockpit.setState({ run });
      return say('this run recorded nothing that can be undone');
    }
    show({ stage: 'proposed', proposal });
  };

  return {
    isBusy: busy,
    settled: () => following,
    unwatch: watch.stop,
    begin: async (runbook, params, seen = []) => {
      if (busy()) return say('a run is in progress; press ctrl-c to cancel it');
      stop.abort();
      inputs = params;
      shown = seen;
      cockpit.setState({ run: newRunView(runbook, 'params') });
      await askOrPlan(runbook);
    },
    give: async (name, value) => {
      const run = view();
      if (run?.stage !== 'params') return;
      inputs = { ...inputs, [name]: value };
      const { parameterPrompt: _, ...rest } = run;
      cockpit.setState({ run: rest });
      await askOrPlan(run.runbook);
    },
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
      await opened.executor.decline(run.proposal, 'planned again to override a freeze');
      const { undoes } = run.proposal;
      await (undoes === undefined ? plan(run.runbook, run.params, reason) : undo(undoes, reason));
    },
    undo: (id) => undo(id),
  };
};
