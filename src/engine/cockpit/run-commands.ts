import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { OpenedEnvironment } from './parts.ts';
import type { RunFlow } from './run-flow.ts';
import type { RunHistory } from './run-history.ts';

/** The commands that are about runs. */
export type RunCommands = Pick<
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

interface Here {
  readonly opened: OpenedEnvironment;
  readonly flow: RunFlow;
}

/** What keys ask of runs, handed to the flow of the environment that is open; nothing happens while none is. */
export const createRunCommands = (
  cockpit: StoreApi<CockpitState>,
  here: () => Here | undefined,
  history: RunHistory,
  say: (text: string, level?: 'ok' | 'unknown' | 'warn') => void,
  guarded: (work: Promise<void> | undefined) => void,
): RunCommands => {
  const flow = (): RunFlow | undefined => here()?.flow;
  const propose: RunCommands['propose'] = (id, params, shown) => {
    const runbook = here()?.opened.profile.runbooks.find((one) => one.id === id);
    if (runbook === undefined) return say(`there is no runbook ${id} here`, 'warn');
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
      if (past === undefined) return say('there is no such run', 'warn');
      const { system, env } = here()?.opened.profile ?? {};
      if (past.system !== system || past.env !== env)
        return say(`it was run in ${past.system}/${past.env}: open that first`, 'warn');
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
      if (flow()?.busy() === true) return say('a run is going; ctrl-c cancels it', 'warn');
      guarded(history.show(run));
    },
    note: (run, text) => guarded(flow()?.note(run, text)),
    loggedIn: (answer) => flow()?.loggedIn(answer),
  };
};
