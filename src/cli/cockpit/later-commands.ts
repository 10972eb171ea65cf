import type { Commands } from '../../store/commands.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { Past } from '../../store/past/past.ts';

/** What the screen is given before anything behind it has been loaded. */
export interface LaterCommands {
  facts: FactsStore | undefined;
  across: ReadonlyMap<string, FactsStore>;
  past: Past | undefined;
  readonly commands: Commands;
  /** From now on, keys reach these. */
  become(commands: Commands): void;
  onChange(listener: () => void): () => void;
  changed(): void;
}

/**
 * Commands that do nothing until there is somebody to obey them: the first frame is drawn before the engine is
 * loaded, and a key pressed in those milliseconds must not act later, when the screen shows something else. Only
 * `quit` works at once.
 */
export const withCommands = (quit: () => void): LaterCommands => {
  const listeners = new Set<() => void>();
  let now: Commands | undefined;
  return {
    facts: undefined,
    across: new Map(),
    past: undefined,
    commands: {
      askNow: () => now?.askNow(),
      read: (feeds) => now?.read(feeds),
      openEnvironment: (name) => now?.openEnvironment(name),
      arm: (reason) => now?.arm(reason),
      disarm: () => now?.disarm(),
      propose: (runbook, params, shown) => now?.propose(runbook, params, shown),
      override: (reason) => now?.override(reason),
      rerun: (run) => now?.rerun(run),
      readRuns: () => now?.readRuns(),
      showRun: (run) => now?.showRun(run),
      note: (run, text) => now?.note(run, text),
      loggedIn: (ok) => now?.loggedIn(ok),
      give: (name, value) => now?.give(name, value),
      confirm: (answer) => now?.confirm(answer),
      decline: () => now?.decline(),
      cancel: () => now?.cancel(),
      tick: (done) => now?.tick(done),
      background: (hidden) => now?.background(hidden),
      undo: (run) => now?.undo(run),
      describe: (subject, how) => now?.describe(subject, how),
      stopDescribing: () => now?.stopDescribing(),
      rehearse: (incident) => now?.rehearse(incident),
      save: (name, text) => now?.save(name, text),
      logs: {
        open: (scope) => now?.logs.open(scope),
        close: () => now?.logs.close(),
        look: (chips, context) => now?.logs.look(chips, context),
        seek: (pattern) => now?.logs.seek(pattern),
        hold: (on) => now?.logs.hold(on),
        older: () => now?.logs.older(),
      },
      quit: () => (now === undefined ? quit() : now.quit()),
    },
    become: (commands) => {
      now = commands;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed: () => {
      for (const listener of listeners) listener();
    },
  };
};
