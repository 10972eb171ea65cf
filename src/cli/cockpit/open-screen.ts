import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { TerminalProgramResult } from '../../platform/processes/run-in-terminal.ts';
import type { ProgramPolicy } from '../../platform/program-policy.ts';
import { type Clock, type SystemClock, systemClock } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type ProcessTerminal, processTerminal } from '../../platform/terminal/terminal.ts';
import { type CockpitStore, createCockpitStore } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { startUi, type UiOptions } from '../../ui/app/start.tsx';
import { createFrameTap } from '../../ui/shell/recording/frame-tap.ts';
import type { ProcessPlatform } from '../command/context.ts';
import type { GlobalOptions } from '../command/global-options.ts';
import {
  answersQueries,
  desktopProtocolOf,
  hasLightGround,
  type ProcessEnv,
  stateDirOf,
} from '../command/process-env.ts';
import type { Tracing } from '../command/tracing.ts';
import type { WatchScreen } from '../opening/watch-screen.ts';
import { createNotifyProgram } from './notify-program.ts';
import type { Opening } from './opening.ts';
import { colorsOf } from './terminal-colors.ts';

/** Commands and facts of the screen, before the engine is loaded. */
interface LaterCommands {
  facts: FactsStore | undefined;
  across: ReadonlyMap<string, FactsStore>;
  past: TimeTravel | undefined;
  state: StateStore | undefined;
  readonly commands: Commands;
  /** Installs the real commands. */
  become(commands: Commands): void;
  onChange(listener: () => void): () => void;
  changed(): void;
}

/**
 * Commands that do nothing until the controller is loaded. The first frame is drawn before that. Keys pressed meanwhile wait for the
 * panes (`early-keys.ts`), and confirm nothing. Only `quit` works at once.
 */
const withCommands = (quit: () => void): LaterCommands => {
  const listeners = new Set<() => void>();
  let now: Commands | undefined;
  return {
    facts: undefined,
    across: new Map(),
    past: undefined,
    state: undefined,
    commands: {
      askNow: () => now?.askNow(),
      read: (feeds) => now?.read(feeds),
      readHistory: (signal, range, purpose) => now?.readHistory(signal, range, purpose),
      openEnvironment: (name) => now?.openEnvironment(name),
      arm: (reason) => now?.arm(reason),
      disarm: () => now?.disarm(),
      breakGlass: (reason) => now?.breakGlass(reason),
      propose: (runbook, params, shown, origins) => now?.propose(runbook, params, shown, origins),
      changeParam: (name) => now?.changeParam(name),
      readChoices: () => now?.readChoices(),
      override: (reason) => now?.override(reason),
      rerun: (run) => now?.rerun(run),
      readRuns: () => now?.readRuns(),
      showRun: (run) => now?.showRun(run),
      note: (run, text) => now?.note(run, text),
      declareIncident: (title) => now?.declareIncident(title),
      addToIncident: (id, event) => now?.addToIncident(id, event),
      sendIncident: (id, action) => now?.sendIncident(id, action),
      fileFollowUps: (about, titles) => now?.fileFollowUps(about, titles),
      captureForIncident: (...capture) => now?.captureForIncident(...capture),
      acknowledge: (findings, note) => now?.acknowledge(findings, note),
      withdrawAcknowledgements: (findings) => now?.withdrawAcknowledgements(findings),
      markChecklistItem: (list, item, mark, note) => now?.markChecklistItem(list, item, mark, note),
      endChecklist: (list) => now?.endChecklist(list),
      readChecklistItem: (list, item) => now?.readChecklistItem(list, item),
      endAcknowledgements: (ended) => now?.endAcknowledgements(ended),
      loggedIn: (ok) => now?.loggedIn(ok),
      give: (name, value) => now?.give(name, value),
      confirm: (answer) => now?.confirm(answer),
      decline: () => now?.decline(),
      cancel: () => now?.cancel(),
      tick: (done) => now?.tick(done),
      background: (hidden) => now?.background(hidden),
      closeForward: (id) => now?.closeForward(id),
      undo: (run) => now?.undo(run),
      reset: (run, step) => now?.reset(run, step),
      describe: (subject, how) => now?.describe(subject, how),
      openRunbookPage: (address) => now?.openRunbookPage(address),
      draftRunbookPage: (address) => now?.draftRunbookPage(address),
      stopDescribing: () => now?.stopDescribing(),
      rehearse: (incident) => now?.rehearse(incident),
      drill: (signal) => now?.drill(signal),
      reportPane: (title) => now?.reportPane(title),
      openApproval: (run) => now?.openApproval(run),
      approveRun: (typed) => now?.approveRun(typed),
      refuseRun: (why) => now?.refuseRun(why),
      save: (name, text) => now?.save(name, text),
      saveProfile: () => now?.saveProfile(),
      logs: {
        open: (scope) => now?.logs.open(scope),
        close: () => now?.logs.close(),
        setFilters: (chips, context) => now?.logs.setFilters(chips, context),
        search: (pattern) => now?.logs.search(pattern),
        setPaused: (on) => now?.logs.setPaused(on),
        arrange: (arrangement) => now?.logs.arrange(arrangement),
        loadOlder: () => now?.logs.loadOlder(),
        loadAround: (time, loaded) => now?.logs.loadAround(time, loaded),
        cancelLoading: () => now?.logs.cancelLoading(),
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

/** The platform and terminal of the cockpit. */
interface ScreenHost {
  readonly platform: ScreenPlatform;
  readonly terminal: ProcessTerminal;
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  /** Makes the screen available to followers; loaded after the first frame. Absent: it cannot be followed. */
  readonly publish?: (() => Promise<WatchScreen>) | undefined;
  /** The frame that this terminal shows meanwhile. */
  readonly opening?: Opening | undefined;
  /** Limits the memory of this process; loaded after the first frame. */
  readonly limitMemory?: () => Promise<void>;
}

/** The parts of the platform that the first frame needs; the rest is loaded later. */
type ScreenPlatform = Pick<ProcessPlatform, 'clock' | 'processEnv'> & Partial<ProcessPlatform>;

/** This process and its terminal. `opening`: the frame that the terminal shows meanwhile. */
export const processHost = (opening?: Opening): ScreenHost => {
  const clock = systemClock();
  return {
    platform: { clock, processEnv: process.env },
    terminal: processTerminal(),
    publish: async () => (await import('../publish/publish-screen.ts')).publishEverywhere,
    opening,
    limitMemory: async () => (await import('../../platform/runtime/new-space.ts')).limitNewSpace(clock),
  };
};

/** Opens the trace of a cockpit. Throws a UsageError before the first frame; later errors appear on the screen. */
const traceCockpit = async (
  options: GlobalOptions,
  cockpit: CockpitStore,
  clock: SystemClock,
): Promise<Tracing | undefined> => {
  const [{ startTracing }, { createSharing }, { createOutputSink }, { withMessage }] = await Promise.all([
    import('../command/tracing.ts'),
    import('../opening/sharing.ts'),
    import('../../platform/terminal/sink.ts'),
    import('../../engine/cockpit/environment/messages.ts'),
  ]);
  const sink = createOutputSink(secretMasker);
  const sharing = options.share ? createSharing() : undefined;
  if (sharing !== undefined) sink.alsoMask(sharing.mask);
  const warn = (line: string): void =>
    cockpit.setState((state) => withMessage(state, clock.now(), 'warn', line));
  return startTracing(options, { command: 'cockpit', clock, sink, sharing, warn });
};

/** The settings of the screen: from the options, and from what the environment says of the terminal. */
const screenSettings = (options: GlobalOptions, env: ProcessEnv): UiOptions['settings'] => ({
  ascii: options.ascii && options.asciiByLocale !== true,
  asciiByLocale: options.asciiByLocale === true,
  color: colorsOf(options, env),
  plainRows: env.INK_SCREEN_READER === 'true',
  tmux: (env.TMUX ?? '') !== '',
  shared: options.share,
  light: hasLightGround(env),
  asksBackground: answersQueries(env),
  desktop: desktopProtocolOf(env),
});

/** The notification program of the user's settings. A covered one that has changed is not started. */
const notifyProgramOf = (cockpit: CockpitStore, clock: Clock, policy: () => ProgramPolicy | undefined) =>
  createNotifyProgram({
    argv: () => cockpit.getState().settings.notify,
    run: async (argv, input) => {
      await policy()?.checkNamed({ argv });
      const { runNotificationProgram } = await import('../../platform/processes/notification-program.ts');
      return runNotificationProgram(argv, input);
    },
    failed: (why) =>
      cockpit.setState(({ messages }) => ({
        messages: [...messages, { at: clock.now(), level: 'warn' as const, text: why }].slice(-200),
      })),
  });

/**
 * Opens the cockpit on this terminal. Resolves to the exit code when the user quits. Imports of this file load before
 * the first frame, everything else after it. `scored` receives the result of its drill, if there was one; `watch` its frames.
 */
export const openScreen = async (
  options: GlobalOptions,
  { platform, terminal: host, opening, publish, limitMemory, ...streams }: ScreenHost,
  scored: (result: DrillResult) => void = () => {},
  watch?: WatchScreen,
): Promise<number> => {
  const cockpit = createCockpitStore();
  const { theme } = options;
  if (theme !== undefined) cockpit.setState(({ settings }) => ({ settings: { ...settings, theme } }));
  const { clock, processEnv: env } = platform;
  const tracing = options.trace === undefined ? undefined : await traceCockpit(options, cockpit, clock);
  const shown = withCommands(() => screen.stop());
  let policy: ProgramPolicy | undefined;
  /** Runs a program, unless one of its `checked` words names a covered file that has changed. */
  const runChecked = async (
    argv: readonly string[],
    checked: readonly string[],
  ): Promise<TerminalProgramResult> => {
    try {
      await policy?.checkNamed({ argv: checked });
    } catch (error) {
      return { trouble: errorMessage(error) };
    }
    return host.run(argv);
  };
  const painted = createFrameTap();
  const watched = {
    ...{ cockpit, clock, stateDir: stateDirOf(options, env), options, frames: painted },
    ...{ state: () => shown.state, onSwitch: shown.onChange },
  };
  const watcher = watch?.(watched);
  const notify = notifyProgramOf(cockpit, clock, () => policy);
  const terminal: ProcessTerminal = { ...host, run: (argv) => runChecked(argv, argv) };
  const screen = startUi({
    cockpit,
    facts: () => shown.facts,
    across: () => shown.across,
    past: () => shown.past,
    onOpen: shown.onChange,
    commands: shown.commands,
    clock,
    settings: screenSettings(options, env),
    secrets: secretMasker,
    keep: savedTexts(stateDirOf(options, env)),
    host: terminal,
    painted: painted.paint,
    notify,
    openDocument: async (document) => {
      const { openExternalDocument } = await import('../../platform/terminal/external-documents.ts');
      // Only the program is checked: a profile that has changed is what an editor is for.
      return openExternalDocument({ env, run: (argv) => runChecked(argv, argv.slice(0, 1)) }, document);
    },
    entered: opening !== undefined,
    ...streams,
  });
  opening?.handOver();
  void limitMemory?.();
  const [{ createContext, machinePlatform }, { composeCockpit }] = await Promise.all([
    import('../command/context.ts'),
    import('./open-cockpit.ts'),
  ]);
  const context = createContext(
    options,
    { ...machinePlatform(clock), ...platform },
    undefined,
    tracing,
    async (use) => {
      const loan = await screen.lendTerminal(use);
      if ('refused' in loan) throw new WireError('unconfigured', loan.refused);
      return loan.lent;
    },
  );
  policy = context.programPolicy;
  const { controller, close } = composeCockpit(context, cockpit, shown, shown.changed, () => screen.stop());
  shown.become(controller);
  controller
    .first(options.env)
    .catch((error: unknown) =>
      cockpit.setState({ profileErrors: [`internal error: ${secretMasker.mask(String(error))}`] }),
    );
  const publisher = (await publish?.())?.(watched);
  await screen.waitUntilExit();
  await publisher?.close();
  await watcher?.close();
  const drill = await close();
  tracing?.emit({ what: 'end', code: 0 });
  await tracing?.close();
  await host.written();
  if (drill !== undefined) scored(drill);
  return 0;
};
