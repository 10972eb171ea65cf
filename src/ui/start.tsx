import { type Instance, render } from 'ink';
import type { StoreApi } from 'zustand/vanilla';
import type { DesktopProtocol, NotificationFacts } from '../domain/notification.ts';
import type { Clock } from '../platform/clock.ts';
import type { ExternalDocument, ExternalDocumentResult } from '../platform/terminal/external-documents.ts';
import type { InteractiveTerminal } from '../platform/terminal/interactive-terminal.ts';
import type { ProcessTerminal } from '../platform/terminal/terminal.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import type { FactsStore } from '../store/facts-store.ts';
import type { TimeTravel } from '../store/past/decode-state.ts';
import { App } from './app.tsx';
import { createRowWatch } from './features/changes/row-watch.ts';
import { showScoreWhenFree } from './features/drill/score-card.ts';
import { restoreNavigationOnSwitch } from './features/environments/navigate.ts';
import { clipboardSequence } from './features/export/clipboard.ts';
import { persistScreenState } from './features/layouts/screen-state-recorder.ts';
import type { StateFiles } from './features/layouts/state-writer.ts';
import { openStreamsWhenVisible } from './features/logs/open-when-visible.ts';
import { readChartHistory } from './features/matrix/chart/read-chart-history.ts';
import { endAcknowledgementsWhenOver } from './features/now/acknowledgement-watch.ts';
import { refreshRunsWhenVisible } from './features/runs/pane.ts';
import type { SecretsMasker } from './features/share/pen-provider.ts';
import { createPenProvider } from './features/share/pen-provider.ts';
import { offerTour } from './features/tour/offer.ts';
import { followTour } from './features/tour/tour.ts';
import { recordProblems } from './features/trend/record-problems.ts';
import { persistViews } from './features/views/persist-views.ts';
import { reportFocusedPane } from './features/who/report-focus.ts';
import { createFrameStore, type Frame } from './frame/frame-store.tsx';
import { prepareFrame } from './frame/prepare-frame.ts';
import { createKeyContextProvider, createRenderedFacts } from './key-context.ts';
import { currentActiveKeys } from './keys/dispatch.ts';
import { createKeyListener } from './keys/listener.ts';
import { noteFrame } from './keys/seen-frame.ts';
import { decodeFunctionKeys } from './keys/strokes.ts';
import type { UiStore } from './model.ts';
import { createUiStore, returnToLive } from './model.ts';
import { defaultPane } from './panes/index.ts';
import type { KeyContext } from './panes/pane.ts';
import type { PaintedFrame } from './recording/format.ts';
import { askWhenNeeded } from './terminal/ask-background.ts';
import { createBackgroundProbe } from './terminal/background.ts';
import { startBell } from './terminal/bell.ts';
import { createCanvas } from './terminal/canvas.ts';
import { enterTerminal, setMouseReporting, terminalSize } from './terminal/modes.ts';
import { splitTerminalInput } from './terminal/mouse/input.ts';
import { isMouseEnabled, watchMouseSetting } from './terminal/mouse/mouse-setting.ts';
import type { RedrawScheduler } from './terminal/redraw-scheduler.ts';
import { createRedrawScheduler, redrawOnChange } from './terminal/redraw-scheduler.ts';
import { createTerminalSession } from './terminal/session.ts';
import { createTerminalSurface, type TerminalSurface } from './terminal/surface.ts';
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

interface ShellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly commands: Pick<
    Commands,
    'logs' | 'readRuns' | 'readHistory' | 'endAcknowledgements' | 'reportPane'
  >;
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
    endAcknowledgementsWhenOver({ clock, cockpit, commands, currentContext }),
    followTour(model, cockpit),
    showScoreWhenFree(model, cockpit),
    ...(keep === undefined ? [] : [offerTour({ model, cockpit, keep, say })]),
    recordProblems(parts),
    reportFocusedPane({ model, commands }),
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

/**
 * Takes over the terminal and shows the cockpit. The first frame is drawn when this returns, even without data.
 * React owns the tree; its leaves reach the terminal through the canvas, which writes only changed cells.
 */
export const startUi = (parts: UiOptions): CockpitUi => {
  const { clock, commands, settings, host, stdout = process.stdout } = parts;
  const stdin = decodeFunctionKeys(parts.stdin ?? process.stdin);
  const model = createUiStore(defaultPane.id, settings.shared);
  const hearsMouse = (): boolean => isMouseEnabled(model.getState(), parts.cockpit.getState());
  const background = createBackgroundProbe({
    clock,
    isLight: settings.light === true,
    write: (bytes) => session.write(bytes),
    changed: () => redraw.now(),
  });
  const display = followDisplaySettings(
    { ...settings, light: background.isLight },
    () => parts.cockpit.getState().settings,
  );
  const exit = Promise.withResolvers<void>();
  const surface: TerminalSurface | undefined =
    settings.plainRows === true ? undefined : createTerminalSurface(stdout);
  const paint = (): void => {
    if (canvas === undefined) return;
    const rows = canvas.compose();
    surface?.show(rows);
    // The tree is empty while the UI ends.
    if (isStopped) return;
    const { context, theme } = frames.getState();
    const { maskText: mask, shared: isShared } = context.view.pen;
    parts.painted?.({ rows, columns: size.columns, isLight: theme.isLight, isShared, mask });
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
  let stopAsking = (): void => {};

  const session = createTerminalSession({
    stdout,
    stdin,
    host,
    ink: () => instance,
    mouse: hearsMouse,
    ended: () => quit(),
    redraw: () => redraw.now(),
  });
  let hasJustResized = false;
  const resized = (): void => {
    hasJustResized = true;
    queueMicrotask(() => {
      hasJustResized = false;
    });
    surface?.forget();
    draw();
  };
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    unwatch();
    stopAsking();
    stopBell();
    rowWatch.stop();
    shell.stop();
    redraw.stop();
    stdout.off('resize', resized);
    unwatchWindow?.();
    session.end();
  };
  let hasQuit = false;
  const quit = (): void => {
    if (hasQuit) return;
    hasQuit = true;
    stop();
    commands.quit();
  };
  /** The answer of a terminal that was just asked must not arrive at the shell's prompt, or in another program. */
  const afterAnswer = <T,>(leave: () => T): T | Promise<T> =>
    background.isExpected() ? background.settled().then(leave) : leave();

  const size = terminalSize(stdout);
  const onScreen = createRenderedFacts(clock);
  const currentContext = createKeyContextProvider({
    ...parts,
    onScreen,
    model,
    pens: createPenProvider({
      ascii: () => display.ascii(model.getState().theme),
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
    suspend: () => void afterAnswer(session.suspend),
    lend: async (argv) => afterAnswer(() => session.runProgram(argv)),
    openDocument: (document, ended) => {
      const { openDocument } = parts;
      if (openDocument === undefined) return ended(undefined);
      const open = async () => afterAnswer(() => session.lend(() => openDocument(document)));
      void open().then((result) => {
        ended(result);
        redraw.now();
      });
    },
    quit: () => void afterAnswer(quit),
  });
  const currentFrame = (): Frame => ({
    context: currentContext(),
    ...display.theme(model.getState().theme),
  });
  const rowWatch = createRowWatch({ model, clock, redraw: () => redraw.soon() });
  let hasNewData = false;
  /** The frame to draw. New data may change what is marked, and end a hold of the row order. */
  const nextFrame = (): Frame => {
    const frame = currentFrame();
    if (!hasNewData) return frame;
    hasNewData = false;
    return rowWatch.observe(frame.context.view) ? currentFrame() : frame;
  };
  /** The frame to draw, which the next key is meant for. */
  const frameToShow = (): Frame => {
    const frame = nextFrame();
    noteFrame(frame.context, currentActiveKeys(frame.context));
    return frame;
  };
  const frames = createFrameStore(currentFrame());
  const fail = (error: unknown): void => {
    exit.reject(error);
    stop();
  };
  const draw = (): void => {
    try {
      frames.setState(frameToShow(), true);
      // Flushes the components whose selection has changed, so that a key is answered in its own turn.
      instance?.rerender(root);
      paint();
    } catch (error) {
      fail(error);
    }
  };
  const redraw = createRedrawScheduler(clock, draw, {
    prepare: () => prepareFrame(() => currentContext.viewOf(onScreen.prepare())),
    renew: () => {
      onScreen.renew();
      hasNewData = true;
    },
  });

  const listener = createKeyListener({ model, clock, currentContext, redraw, hearsMouse });
  const input = splitTerminalInput(stdin, clock, {
    mouse: listener.mouse,
    background: background.learn,
    expectsBackground: background.isExpected,
  });
  const root = <App frames={frames} canvas={canvas} listener={listener} onMounted={session.mounted} />;

  if (parts.entered !== true) enterTerminal(stdout, stdin);
  if (hearsMouse()) setMouseReporting(stdout, true);
  // Registered before Ink's listener, so that Ink never draws an old frame on a smaller terminal.
  stdout.on('resize', resized);
  const unwatchWindow = host?.onWindowChange(() => {
    // Stdout has reported a new size before.
    if (!hasJustResized) resized();
  });
  const unwatch = redrawOnChange(parts, redraw, () => returnToLive(model));
  const stopBell = startBell({
    cockpit: parts.cockpit,
    clock,
    desktop: settings.desktop,
    pen: () => currentContext().view.pen,
    write: session.write,
    notify: parts.notify,
  });
  const shell = createShell({ ...parts, model, size, stdout, redraw, currentContext });
  instance = render(root, { ...inkOptions, stdout: surface?.stdout ?? stdout, stdin: input });
  // After the first frame, which is drawn with what the environment says.
  if (settings.asksBackground === true && stdin.isTTY && stdout.isTTY)
    stopAsking = askWhenNeeded(parts.cockpit, model, display.followsBackground, background.ask);
  instance.waitUntilExit().then(
    // Save the screen state before reporting the exit.
    () => void shell.kept().then(() => exit.resolve()),
    fail,
  );
  return {
    lendTerminal: async (use) => {
      if (model.getState().shared)
        return { refused: 'the screen is shared: a shell or console would show text that is not masked' };
      const lent = await afterAnswer(() =>
        session.lend(async () => (host === undefined ? undefined : { lent: await host.interact(use) })),
      );
      return lent ?? { refused: 'the terminal is not available' };
    },
    waitUntilExit: () => exit.promise,
    stop,
    flushed: async () => instance?.waitUntilRenderFlush(),
  };
};
