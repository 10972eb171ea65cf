import { type Instance, render } from 'ink';
import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../domain/base/defined.ts';
import type { DesktopProtocol, NotificationFacts } from '../../domain/profile/notification.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { ExternalDocument, ExternalDocumentResult } from '../../platform/terminal/external-documents.ts';
import type { InteractiveTerminal } from '../../platform/terminal/interactive-terminal.ts';
import type { ProcessTerminal } from '../../platform/terminal/terminal.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { followDisplaySettings } from '../kit/theme/display-settings.ts';
import type { ColorDepth } from '../kit/theme/theme.ts';
import { createUiStore } from '../shell/composition/ui-store.ts';
import {
  createKeyContextProvider,
  createRenderedFacts,
  type KeyContextProvider,
} from '../shell/context/key-context.ts';
import { returnToLive, type UiStore } from '../shell/contract/model.ts';
import type { StateFiles } from '../shell/contract/state-files.ts';
import { createPaintLoop, type PaintLoop } from '../shell/frame/paint-loop.ts';
import { withEarlyKeys } from '../shell/input/early-keys.ts';
import { createKeyListener } from '../shell/input/listener.ts';
import { decodeFunctionKeys } from '../shell/keys/strokes.ts';
import { clipboardSequence } from '../shell/output/clipboard.ts';
import type { SecretsMasker } from '../shell/pen/pen-provider.ts';
import { createPenProvider } from '../shell/pen/pen-provider.ts';
import type { PaintedFrame } from '../shell/recording/format.ts';
import { askWhenNeeded } from '../shell/terminal/ask-background.ts';
import { createBackgroundProbe } from '../shell/terminal/background.ts';
import { startBell } from '../shell/terminal/bell.ts';
import { enterTerminal, setMouseReporting, terminalSize } from '../shell/terminal/modes.ts';
import { splitTerminalInput } from '../shell/terminal/mouse/input.ts';
import { isMouseEnabled } from '../shell/terminal/mouse/mouse-setting.ts';
import { redrawOnChange } from '../shell/terminal/redraw-scheduler.ts';
import { createTerminalSession, type TerminalSession } from '../shell/terminal/session.ts';
import { createTerminalSurface } from '../shell/terminal/surface.ts';
import { App } from './app.tsx';
import { type BackgroundServices, startBackgroundServices } from './background-services.ts';
import { features } from './features.ts';
import { createTerminalLending, type TerminalLending } from './terminal-lending.ts';

/** Inputs of the UI. */
export interface UiOptions {
  readonly cockpit: StoreApi<CockpitState>;
  /** Facts of the open environment; undefined until one is open. */
  facts(): FactsStore | undefined;
  /** Facts of the other environments of its system, by environment. */
  across(): ReadonlyMap<string, FactsStore>;
  /** Recorded history; undefined until available. */
  past?(): TimeTravel | undefined;
  /** Subscribes to changes of the open environment: `facts()` and `across()` then return other stores. */
  onOpen(listener: () => void): () => void;
  readonly commands: Commands;
  readonly clock: Clock;
  /** Display settings from the command line and terminal; user settings are in `cockpit`. */
  readonly settings: {
    readonly ascii: boolean;
    /** True if the locale of the terminal has ASCII only. */
    readonly asciiByLocale?: boolean;
    readonly color: ColorDepth;
    /** True if the terminal has a light background, as far as the environment says. */
    readonly light?: boolean;
    /** True: asks the terminal for its background color, if the theme depends on it. */
    readonly asksBackground?: boolean;
    /** True if the terminal runs inside tmux. */
    readonly tmux?: boolean;
    /** Renders through Ink's own output, for screen readers and for comparison. */
    readonly plainRows?: boolean;
    /** Starts in share mode. */
    readonly shared?: boolean;
    /** The terminal's protocol for desktop notifications, as far as the environment says. */
    readonly desktop?: DesktopProtocol | undefined;
  };
  /** Masks known secrets in every mode. */
  readonly secrets?: SecretsMasker;
  /** Storage for layouts and commands; without it they are not saved. */
  readonly keep?: StateFiles;
  readonly stdout?: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
  /** True: the terminal has been entered, and shows an opening frame until the first one is painted over it. */
  readonly entered?: boolean;
  /** Opens a document in the user's editor or pager, which then owns the terminal. Never rejects. */
  readonly openDocument?: (document: ExternalDocument) => Promise<ExternalDocumentResult>;
  /** Without it, signals and ctrl-z have no effect. */
  readonly host?: ProcessTerminal;
  /** Passes a notification to the program of the settings. */
  readonly notify?: (facts: NotificationFacts) => void;
  /** Receives every painted frame, for recordings and followers; returns at once. */
  readonly painted?: ((frame: PaintedFrame) => void) | undefined;
}

export interface CockpitUi {
  /** Lends the terminal while `use` runs; the screen is suspended meanwhile. Rejects with the error of `use`. */
  lendTerminal<T>(
    use: (terminal: InteractiveTerminal) => Promise<T>,
  ): Promise<{ readonly lent: T } | { readonly refused: string }>;
  /** Resolves when the terminal is released; rejects with the error that ended the UI. */
  waitUntilExit(): Promise<void>;
  /** Releases the terminal. */
  stop(): void;
  /** Resolves when all output has reached the terminal. */
  flushed(): Promise<void>;
}

const inkOptions = {
  alternateScreen: true,
  incrementalRendering: true,
  exitOnCtrlC: false,
  // Console output would end up in the alternate screen.
  patchConsole: false,
  maxFps: 60,
  // The caller has checked for a terminal; a CI variable says nothing about it.
  interactive: true,
  // Distinguishes ctrl-i from tab and esc from escape sequences, where the terminal supports it.
  kittyKeyboard: { mode: 'auto' },
} as const;

/** Calls `resized` at once when the size changes, which stdout, the host or both report. */
const watchSize = (
  stdout: NodeJS.WriteStream,
  host: Pick<ProcessTerminal, 'onWindowChange'> | undefined,
  resized: () => void,
): (() => void) => {
  let hasJustResized = false;
  const report = (): void => {
    hasJustResized = true;
    queueMicrotask(() => {
      hasJustResized = false;
    });
    resized();
  };
  stdout.on('resize', report);
  const unwatchWindow = host?.onWindowChange(() => {
    // Stdout has reported a new size before.
    if (!hasJustResized) report();
  });
  return () => {
    stdout.off('resize', report);
    unwatchWindow?.();
  };
};

interface ContextParts {
  readonly model: UiStore;
  readonly display: ReturnType<typeof followDisplaySettings>;
  readonly size: ReturnType<typeof terminalSize>;
  readonly onScreen: ReturnType<typeof createRenderedFacts>;
  readonly session: TerminalSession;
  readonly lending: TerminalLending;
}

/** Provides the context of frames and keys. */
const createContext = (
  parts: UiOptions,
  { model, display, size, onScreen, session, lending }: ContextParts,
): KeyContextProvider => {
  const { cockpit, settings } = parts;
  const currentContext = createKeyContextProvider({
    ...parts,
    features,
    onScreen,
    model,
    pens: createPenProvider({
      ascii: () => display.ascii(model.getState().theme),
      graphs: () => cockpit.getState().settings.graphs,
      ...defined({ secrets: parts.secrets }),
    }),
    size,
    get mono() {
      return display.theme(model.getState().theme).mono;
    },
    canSuspend: parts.host !== undefined,
    get theme() {
      return display.theme(model.getState().theme).theme;
    },
    copy: (text) =>
      session.write(clipboardSequence(currentContext().view.pen.maskText(text), settings.tmux === true)),
    ...lending.keys,
  });
  return currentContext;
};

/** Starts what follows the cockpit while it is open: redraws, the bell, and the background services. */
const startServices = (
  parts: UiOptions,
  {
    session,
    resized,
    ...shown
  }: Pick<ContextParts, 'model' | 'size' | 'session'> & {
    readonly stdout: NodeJS.WriteStream;
    readonly redraw: PaintLoop['redraw'];
    readonly currentContext: KeyContextProvider;
    readonly resized: () => void;
  },
): BackgroundServices => {
  const { model, stdout, redraw, currentContext } = shown;
  // Registered before Ink's listener, so that Ink never draws an old frame on a smaller terminal.
  const unwatchSize = watchSize(stdout, parts.host, resized);
  const unwatch = redrawOnChange(parts, redraw, () => returnToLive(model));
  const stopBell = startBell({
    cockpit: parts.cockpit,
    clock: parts.clock,
    desktop: parts.settings.desktop,
    pen: () => currentContext().view.pen,
    write: session.write,
    notify: parts.notify,
  });
  const services = startBackgroundServices({ ...parts, ...shown });
  return {
    stop: () => {
      unwatch();
      stopBell();
      services.stop();
      unwatchSize();
    },
    kept: services.kept,
  };
};

/**
 * Takes over the terminal and shows the cockpit. The first frame is drawn when this returns, even without data.
 * React owns the tree; its leaves reach the terminal through the canvas, which writes only changed cells.
 */
export const startUi = (parts: UiOptions): CockpitUi => {
  const { clock, commands, settings, host, stdout = process.stdout } = parts;
  const stdin = decodeFunctionKeys(parts.stdin ?? process.stdin);
  const model = createUiStore(features, { shared: settings.shared === true });
  const hearsMouse = (): boolean => isMouseEnabled(model.getState(), parts.cockpit.getState());
  const background = createBackgroundProbe({
    clock,
    isLight: settings.light === true,
    write: (bytes) => session.write(bytes),
    changed: () => loop.redraw.now(),
  });
  const display = followDisplaySettings(
    { ...settings, light: background.isLight },
    () => parts.cockpit.getState().settings,
  );
  const exit = Promise.withResolvers<void>();
  const surface = settings.plainRows === true ? undefined : createTerminalSurface(stdout);
  let instance: Instance | undefined;
  let stopAsking = (): void => {};

  const session = createTerminalSession({
    stdout,
    stdin,
    host,
    ink: () => instance,
    mouse: hearsMouse,
    ended: () => quit(),
    redraw: () => loop.redraw.now(),
  });
  const stop = (): void => {
    loop.stop();
    stopAsking();
    services.stop();
    session.end();
  };
  let hasQuit = false;
  const quit = (): void => {
    if (hasQuit) return;
    hasQuit = true;
    stop();
    commands.quit();
  };
  const lending = createTerminalLending({
    ...parts,
    session,
    background,
    isShared: () => model.getState().shared,
    redraw: () => loop.redraw.now(),
    quit,
  });

  const size = terminalSize(stdout);
  const onScreen = createRenderedFacts(clock);
  const currentContext = createContext(parts, { model, display, size, onScreen, session, lending });
  const fail = (error: unknown): void => {
    exit.reject(error);
    stop();
  };
  const loop = createPaintLoop({
    model,
    clock,
    surface,
    size,
    onScreen,
    currentContext,
    theme: () => display.theme(model.getState().theme),
    painted: parts.painted,
    failed: fail,
  });
  const { frames, canvas, redraw } = loop;

  const listener = createKeyListener({ features, model, clock, currentContext, redraw, hearsMouse });
  const input = splitTerminalInput(stdin, clock, {
    mouse: listener.mouse,
    background: background.learn,
    expectsBackground: background.isExpected,
  });
  const keys = withEarlyKeys({
    ...{ listener, cockpit: parts.cockpit, clock },
    kept: (typed) => {
      currentContext().notify(`${typed}: when the environment is open`);
      redraw.now();
    },
  });
  const root = <App frames={frames} canvas={canvas} listener={keys} onMounted={session.mounted} />;

  if (parts.entered !== true) enterTerminal(stdout, stdin);
  if (hearsMouse()) setMouseReporting(stdout, true);
  const resized = (): void => {
    surface?.forget();
    loop.draw();
  };
  const services = startServices(parts, { model, size, stdout, redraw, currentContext, session, resized });
  instance = render(root, { ...inkOptions, stdout: surface?.stdout ?? stdout, stdin: input });
  loop.mounted(() => instance?.rerender(root));
  // After the first frame, which is drawn with what the environment says.
  if (settings.asksBackground === true && stdin.isTTY && stdout.isTTY)
    stopAsking = askWhenNeeded(parts.cockpit, model, display.followsBackground, background.ask);
  // The screen state is saved before the exit is reported.
  instance.waitUntilExit().then(() => void services.kept().then(() => exit.resolve()), fail);
  return {
    lendTerminal: lending.lend,
    waitUntilExit: () => exit.promise,
    stop,
    flushed: async () => instance?.waitUntilRenderFlush(),
  };
};
