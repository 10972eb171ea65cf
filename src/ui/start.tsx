import { type Instance, render } from 'ink';
import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../platform/clock.ts';
import type { ProcessTerminal } from '../platform/terminal/terminal.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import type { FactsStore } from '../store/facts-store.ts';
import type { TimeTravel } from '../store/past/decode-state.ts';
import { App } from './app.tsx';
import { restoreNavigationOnSwitch } from './features/environments/navigate.ts';
import { clipboardSequence } from './features/export/clipboard.ts';
import { persistScreenState, type StateFiles } from './features/layouts/screen-state-recorder.ts';
import { openStreamsWhenVisible } from './features/logs/open-when-visible.ts';
import { readChartHistory } from './features/matrix/chart/read-chart-history.ts';
import { refreshRunsWhenVisible } from './features/runs/pane.ts';
import type { SecretsMasker } from './features/share/pen-provider.ts';
import { createPenProvider } from './features/share/pen-provider.ts';
import { recordProblems } from './features/trend/record-problems.ts';
import { persistViews } from './features/views/persist-views.ts';
import { createFrameStore, type Frame } from './frame/frame-store.tsx';
import { createKeyContextProvider, createRenderedFacts } from './key-context.ts';
import { createKeyListener } from './keys/listener.ts';
import { decodeFunctionKeys } from './keys/strokes.ts';
import type { UiStore } from './model.ts';
import { createUiStore, returnToLive } from './model.ts';
import { defaultPane } from './panes/index.ts';
import type { KeyContext } from './panes/pane.ts';
import { startBell } from './terminal/bell.ts';
import { createCanvas } from './terminal/canvas.ts';
import { splitMouseInput } from './terminal/mouse/input.ts';
import { isMouseEnabled, watchMouseSetting } from './terminal/mouse/mouse-setting.ts';
import type { RedrawScheduler } from './terminal/redraw-scheduler.ts';
import { createRedrawScheduler, redrawOnChange } from './terminal/redraw-scheduler.ts';
import { createTerminalSession } from './terminal/session.ts';
import { createTerminalSurface, type TerminalSurface } from './terminal/surface.ts';
import { enterTerminal, setMouseReporting, terminalSize } from './terminal/terminal.ts';
import { followDisplaySettings } from './theme/display-settings.ts';
import type { ColorDepth } from './theme/theme.ts';

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
    readonly color: ColorDepth;
    /** The terminal has a light background. */
    readonly light?: boolean;
    /** True if the terminal runs inside tmux. */
    readonly tmux?: boolean;
    /** Renders through Ink's own output, for screen readers and for comparison. */
    readonly plainRows?: boolean;
    /** Starts in share mode. */
    readonly shared?: boolean;
  };
  /** Masks known secrets in every mode. */
  readonly secrets?: SecretsMasker;
  /** Storage for layouts and commands; without it they are not saved. */
  readonly keep?: StateFiles;
  readonly stdout?: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
  /** Without it, signals and ctrl-z have no effect. */
  readonly host?: ProcessTerminal;
}

interface ShellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly commands: Pick<Commands, 'logs' | 'readRuns' | 'readHistory'>;
  readonly size: { readonly columns: number };
  readonly keep?: StateFiles;
  readonly model: UiStore;
  readonly stdout: NodeJS.WriteStream;
  readonly redraw: RedrawScheduler;
  past?(): TimeTravel | undefined;
  currentContext(): KeyContext;
}

/** Background services of the UI. */
interface Shell {
  stop(): void;
  /** Resolves when the screen state is saved. */
  kept(): Promise<void>;
}

/** Starts the background services: environment switches, mouse setting, log streams, runs and screen state. */
const createShell = (parts: ShellParts): Shell => {
  const { cockpit, clock, commands, size, keep, model, stdout, redraw, currentContext } = parts;
  const say = (text: string): void => {
    currentContext().notify(text);
    redraw.now();
  };
  const stops = [
    restoreNavigationOnSwitch({ cockpit, model, currentContext }),
    watchMouseSetting(model, cockpit, (on) => setMouseReporting(stdout, on)),
    openStreamsWhenVisible({ cockpit, model, commands, size }),
    refreshRunsWhenVisible({ cockpit, model, commands }),
    readChartHistory({ model, commands, currentContext }),
    recordProblems(parts),
  ];
  const memories =
    keep === undefined
      ? []
      : [
          persistScreenState({ model, cockpit, clock, keep, say }),
          persistViews({ model, cockpit, clock, keep, say }),
        ];
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    kept: async () => void (await Promise.all(memories.map((memory) => memory.stop()))),
  };
};

export interface CockpitUi {
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

/**
 * Takes over the terminal and shows the cockpit. The first frame is drawn when this returns, even without data.
 * React owns the tree; its leaves reach the terminal through the canvas, which writes only changed cells.
 */
export const startUi = (parts: UiOptions): CockpitUi => {
  const { clock, commands, settings, host, stdout = process.stdout } = parts;
  const stdin = decodeFunctionKeys(parts.stdin ?? process.stdin);
  const model = createUiStore(defaultPane.id, settings.shared);
  const hearsMouse = (): boolean => isMouseEnabled(model.getState(), parts.cockpit.getState());
  const display = followDisplaySettings(settings, () => parts.cockpit.getState().settings);
  const exit = Promise.withResolvers<void>();
  const surface: TerminalSurface | undefined =
    settings.plainRows === true ? undefined : createTerminalSurface(stdout);
  const paint = (): void => {
    if (canvas !== undefined) surface?.show(canvas.compose());
  };
  let paintQueued = false;
  // A component that changes on its own is painted at the end of the turn.
  const paintSoon = (): void => {
    if (paintQueued) return;
    paintQueued = true;
    queueMicrotask(() => {
      paintQueued = false;
      paint();
    });
  };
  const canvas = surface === undefined ? undefined : createCanvas(paintSoon);
  let instance: Instance | undefined;

  const session = createTerminalSession({
    stdout,
    stdin,
    host,
    ink: () => instance,
    mouse: hearsMouse,
    ended: () => quit(),
    redraw: () => redraw.now(),
  });
  const resized = (): void => {
    surface?.forget();
    draw();
  };
  const stop = (): void => {
    unwatch();
    stopBell();
    shell.stop();
    redraw.stop();
    stdout.off('resize', resized);
    session.end();
  };
  const quit = (): void => {
    stop();
    commands.quit();
  };

  const size = terminalSize(stdout);
  const onScreen = createRenderedFacts(clock);
  const currentContext = createKeyContextProvider({
    ...parts,
    onScreen,
    model,
    pens: createPenProvider({
      ascii: display.ascii,
      ...(parts.secrets === undefined ? {} : { secrets: parts.secrets }),
    }),
    size,
    get mono() {
      return display.theme(model.getState().theme).mono;
    },
    canSuspend: host !== undefined,
    get theme() {
      return display.theme(model.getState().theme).theme;
    },
    copy: (text) =>
      session.write(clipboardSequence(currentContext().view.pen.maskText(text), settings.tmux === true)),
    suspend: session.suspend,
    lend: session.runProgram,
    quit,
  });
  const currentFrame = (): Frame => ({
    context: currentContext(),
    ...display.theme(model.getState().theme),
  });
  const frames = createFrameStore(currentFrame());
  const fail = (error: unknown): void => {
    exit.reject(error);
    stop();
  };
  const draw = (): void => {
    try {
      frames.setState(currentFrame(), true);
      // Flushes the components whose selection has changed, so that a key is answered in its own turn.
      instance?.rerender(root);
      paint();
    } catch (error) {
      fail(error);
    }
  };
  const redraw = createRedrawScheduler(clock, draw, onScreen.renew);

  const listener = createKeyListener({ model, currentContext, redraw, hearsMouse });
  const input = splitMouseInput(stdin, clock, listener.mouse);
  const root = <App frames={frames} canvas={canvas} listener={listener} onMounted={session.mounted} />;

  enterTerminal(stdout, stdin, hearsMouse());
  // Registered before Ink's listener, so that Ink never draws an old frame on a smaller terminal.
  stdout.on('resize', resized);
  const unwatch = redrawOnChange(parts, redraw, () => returnToLive(model));
  const stopBell = startBell({
    cockpit: parts.cockpit,
    clock,
    pen: () => currentContext().view.pen,
    write: session.write,
  });
  const shell = createShell({ ...parts, model, size, stdout, redraw, currentContext });
  instance = render(root, { ...inkOptions, stdout: surface?.stdout ?? stdout, stdin: input });
  instance.waitUntilExit().then(
    // Save the screen state before reporting the exit.
    () => void shell.kept().then(() => exit.resolve()),
    fail,
  );
  return {
    waitUntilExit: () => exit.promise,
    stop,
    flushed: async () => instance?.waitUntilRenderFlush(),
  };
};
