import { type SystemClock, systemClock } from '../../platform/clock.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import type { ProgramPolicy } from '../../platform/program-policy.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { type ProcessTerminal, processTerminal } from '../../platform/terminal/terminal.ts';
import { type CockpitStore, createCockpitStore } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { startUi } from '../../ui/start.tsx';
import type { ProcessPlatform } from '../context.ts';
import type { GlobalOptions } from '../global-options.ts';
import { hasLightGround, type ProcessEnv, stateDirOf } from '../process-env.ts';
import type { Tracing } from '../tracing.ts';

/** What the screen is given before anything behind it has been loaded. */
interface LaterCommands {
  facts: FactsStore | undefined;
  across: ReadonlyMap<string, FactsStore>;
  past: TimeTravel | undefined;
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
const withCommands = (quit: () => void): LaterCommands => {
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
        setFilters: (chips, context) => now?.logs.setFilters(chips, context),
        search: (pattern) => now?.logs.search(pattern),
        setPaused: (on) => now?.logs.setPaused(on),
        loadOlder: () => now?.logs.loadOlder(),
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

type Colors = 'none' | '16' | '256' | 'truecolor';

/** How many colours this terminal has, by what it says of itself. */
const colorsOf = (options: GlobalOptions, env: ProcessEnv): Colors => {
  if (!options.color || env.TERM === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 'truecolor';
  return /256color/.test(env.TERM ?? '') ? '256' : '16';
};

/** What the cockpit runs on: its platform and its terminal. */
interface ScreenHost {
  readonly platform: ScreenPlatform;
  readonly terminal: ProcessTerminal;
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
}

/** What is needed of a platform for the first frame; the rest of this process's own is loaded behind it. */
type ScreenPlatform = Pick<ProcessPlatform, 'clock' | 'processEnv'> & Partial<ProcessPlatform>;

const processHost = (): ScreenHost => ({
  platform: { clock: systemClock(), processEnv: process.env },
  terminal: processTerminal(),
});

/** Opens the trace of a cockpit: why it ends early is a message on the screen. Throws UsageError before anything is drawn. */
const traceCockpit = async (
  options: GlobalOptions,
  cockpit: CockpitStore,
  clock: SystemClock,
): Promise<Tracing | undefined> => {
  const [{ startTracing }, { createSharing }, { createOutputSink }, { withMessage }] = await Promise.all([
    import('../tracing.ts'),
    import('../sharing.ts'),
    import('../../platform/terminal/sink.ts'),
    import('../../engine/cockpit/messages.ts'),
  ]);
  const sink = createOutputSink(secretMasker);
  const sharing = options.share ? createSharing() : undefined;
  if (sharing !== undefined) sink.alsoMask(sharing.mask);
  const warn = (line: string): void =>
    cockpit.setState((state) => withMessage(state, clock.now(), 'warn', line));
  return startTracing(options, { command: 'cockpit', clock, sink, sharing, warn });
};

/**
 * The cockpit on this terminal; resolves to the exit code when it was left. The first frame is drawn before anything
 * behind it is loaded: what this file imports is loaded before that frame, the rest after it.
 */
export const openScreen = async (
  options: GlobalOptions,
  { platform, terminal: host, ...streams }: ScreenHost = processHost(),
): Promise<number> => {
  const cockpit = createCockpitStore();
  const { clock, processEnv: env } = platform;
  const tracing = options.trace === undefined ? undefined : await traceCockpit(options, cockpit, clock);
  const shown = withCommands(() => screen.stop());
  let policy: ProgramPolicy | undefined;
  const terminal: ProcessTerminal = {
    ...host,
    run: async (argv) => {
      try {
        await policy?.check({ argv });
      } catch (error) {
        return { trouble: error instanceof Error ? error.message : String(error) };
      }
      return host.run(argv);
    },
  };
  const screen = startUi({
    cockpit,
    facts: () => shown.facts,
    across: () => shown.across,
    past: () => shown.past,
    onOpen: shown.onChange,
    commands: shown.commands,
    clock,
    settings: {
      ascii: options.ascii,
      color: colorsOf(options, env),
      plainRows: env.INK_SCREEN_READER === 'true',
      tmux: (env.TMUX ?? '') !== '',
      shared: options.share,
      light: hasLightGround(env),
    },
    secrets: secretMasker,
    keep: savedTexts(stateDirOf(options, env)),
    host: terminal,
    ...streams,
  });
  const [{ createContext, machinePlatform }, { composeCockpit }] = await Promise.all([
    import('../context.ts'),
    import('./open-cockpit.ts'),
  ]);
  const context = createContext(options, { ...machinePlatform(clock), ...platform }, undefined, tracing);
  policy = context.programPolicy;
  const { controller, close } = composeCockpit(context, cockpit, shown, shown.changed, () => screen.stop());
  shown.become(controller);
  controller
    .first(options.env)
    .catch((error: unknown) =>
      cockpit.setState({ profileErrors: [`a mistake of ours: ${secretMasker.mask(String(error))}`] }),
    );
  await screen.waitUntilExit();
  await close();
  tracing?.emit({ what: 'end', code: 0 });
  await tracing?.close();
  await host.written();
  return 0;
};
