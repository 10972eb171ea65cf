import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import { activeRunText } from '../../../store/run-view.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';
import type { RunFlow } from './run-flow.ts';
import type { RunHistory } from './run-history.ts';
import { originOfAll } from './run-prompts.ts';

/** The commands for runs. */
type RunCommands = Pick<
  Commands,
  | 'propose'
  | 'give'
  | 'changeParam'
  | 'readChoices'
  | 'confirm'
  | 'decline'
  | 'cancel'
  | 'tick'
  | 'background'
  | 'undo'
  | 'reset'
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
  const propose: RunCommands['propose'] = (id, params, shown, origins) => {
    const runbook = here()?.opened.profile.runbooks.find((candidate) => candidate.id === id);
    if (runbook === undefined) return say(`no runbook is called ${id}`, 'warn');
    guarded(flow()?.begin(runbook, params, shown, origins));
  };
  return {
    propose,
    give: (name, value) => guarded(flow()?.give(name, value)),
    changeParam: (name) => flow()?.changeParam(name),
    readChoices: () => guarded(flow()?.readChoices()),
    confirm: (answer) => guarded(flow()?.confirm(answer)),
    decline: () => guarded(flow()?.decline()),
    cancel: () => flow()?.cancel(),
    tick: (done) => flow()?.tick(done),
    background: (hidden) =>
      cockpit.setState((s) => (s.run === undefined ? {} : { run: { ...s.run, background: hidden } })),
    undo: (run) => guarded(flow()?.undo(run)),
    reset: (run, step) => guarded(flow()?.reset(run, step)),
    override: (reason) => guarded(flow()?.override(reason)),
    rerun: (run) => {
      const past = history.find(run);
      if (past === undefined) return say('the run is no longer listed: reload the ledger in Runs', 'warn');
      const { system, env } = here()?.opened.profile ?? {};
      if (past.system !== system || past.env !== env)
        return say(`that run belongs to ${past.system}/${past.env}: open that environment first`, 'warn');
      const params = Object.entries(past.params).map(
        ([name, value]): [string, string | readonly string[]] => [
          name,
          typeof value === 'object' ? value : String(value),
        ],
      );
      const inputs = Object.fromEntries(params);
      propose(past.runbook, inputs, undefined, originOfAll(inputs, 'run'));
    },
    readRuns: () => guarded(history.read()),
    showRun: (run) => {
      if (flow()?.isBusy() === true) return say(activeRunText, 'warn');
      guarded(history.show(run));
    },
    note: (run, text) => guarded(flow()?.note(run, text)),
    loggedIn: (answer) => flow()?.loggedIn(answer),
  };
};
