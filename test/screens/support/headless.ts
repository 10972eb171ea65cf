import type { CockpitState } from '../../../src/store/cockpit.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import type { Commands } from '../../../src/store/commands.ts';
import { features } from '../../../src/ui/app/features.ts';
import type { UiOptions } from '../../../src/ui/app/start.tsx';
import type { StyledRow } from '../../../src/ui/kit/text/ansi.ts';
import { followDisplaySettings } from '../../../src/ui/kit/theme/display-settings.ts';
import { createUiStore } from '../../../src/ui/shell/composition/ui-store.ts';
import { createKeyContextProvider, type FactsAtHand } from '../../../src/ui/shell/context/key-context.ts';
import type { KeyContext } from '../../../src/ui/shell/contract/pane.ts';
import { prepareFrame } from '../../../src/ui/shell/frame/prepare-frame.ts';
import { createKeyListener } from '../../../src/ui/shell/input/listener.ts';
import { currentActiveKeys } from '../../../src/ui/shell/keys/dispatch.ts';
import { noteFrame } from '../../../src/ui/shell/keys/seen-frame.ts';
import { bodyHeight } from '../../../src/ui/shell/layout/body-rows.ts';
import { panePositions } from '../../../src/ui/shell/layout/layout.ts';
import { createPenProvider } from '../../../src/ui/shell/pen/pen-provider.ts';
import { currentRun } from '../../../src/ui/shell/state/current-run.ts';
import type { MouseEvent } from '../../../src/ui/shell/terminal/mouse/input.ts';
import { createFrameRenderer } from '../../support/frame-rows.tsx';
import { noon } from '../../support/made-facts.ts';
import { endedRun, proposed, running, runView } from './runs.ts';
import type { Scene } from './user.ts';

/** A confirmation, and whether its card had been drawn and was on top. */
export interface Yes {
  readonly asked: boolean;
  /** Whether the typed text is what the card expects, letter by letter. */
  readonly whole: boolean;
  readonly armed: boolean;
}

/** The cockpit without a terminal: keys in, rows out. */
export interface Bare {
  readonly size: { columns: number; rows: number };
  now: number;
  context(): KeyContext;
  frame(): readonly StyledRow[];
  /** The steps that prepare a frame of new data, each in a turn of its own. */
  prepare(): Iterable<void>;
  strokes(...keys: readonly string[]): void;
  paste(text: string): void;
  mouse(event: MouseEvent): void;
  /** The engine reaches this stage of a run; undefined: no run. */
  comesTo(run: CockpitState['run']): void;
  readonly yeses: readonly Yes[];
  readonly quits: () => number;
  /** Visible panes that can have the focus. */
  focused(): readonly string[];
}

/** The stages of a run, with the card of each. */
export const stages = {
  none: undefined,
  asking: runView('params', {
    parameterPrompt: { name: 'name', title: 'breaker', choices: ['psp', 'mail'] },
  }),
  changing: {
    ...proposed(),
    stage: 'params',
    parameterPrompt: { name: 'name', title: 'breaker', choices: ['psp', 'mail'], value: 'mail' },
  },
  diagnosing: runView('diagnosing'),
  proposed: proposed(),
  typed: proposed({}, { typed: true, arm: false }),
  easy: proposed({}, { arm: false }),
  window: { ...proposed(), stage: 'window' },
  running: running(),
  ticking: running({ awaitingStep: { id: 'a2', title: 'Notify the dependency owner' } }),
  ended: endedRun('executed-not-recovered', 'psp is open still'),
} as const satisfies Record<string, CockpitState['run']>;

const showRun = (cockpit: ReturnType<typeof createCockpitStore>, run: CockpitState['run']): void => {
  const { run: _, ...rest } = cockpit.getState();
  cockpit.setState(run === undefined ? rest : { ...rest, run }, true);
};

/** An engine that accepts every command; `comesTo` advances its run. */
const engineOf = (
  cockpit: ReturnType<typeof createCockpitStore>,
  heard: { confirmed: Commands['confirm']; quit(): void },
): Commands => {
  const nothing = (): void => {};
  const show = (run: CockpitState['run']): void => showRun(cockpit, run);
  const isAt = (...expected: readonly string[]): boolean =>
    expected.includes(cockpit.getState().run?.stage ?? '');
  return {
    askNow: nothing,
    read: nothing,
    readHistory: nothing,
    openEnvironment: nothing,
    arm: (reason) => cockpit.setState({ arming: { readOnly: true, armedUntil: noon + 900_000, reason } }),
    closeForward: nothing,
    breakGlass: () => {},
    disarm: () => cockpit.setState({ arming: { readOnly: true } }),
    propose: () => show(stages.asking),
    give: () => show(stages.diagnosing),
    changeParam: () => show(stages.changing),
    readChoices: nothing,
    confirm: (answer) => {
      heard.confirmed(answer);
      if (isAt('proposed')) show(stages.window);
    },
    decline: () => show(undefined),
    cancel: () => show(stages.ended),
    tick: () => show(stages.ended),
    background: (background) => {
      const { run } = cockpit.getState();
      if (run !== undefined) show({ ...run, background });
    },
    undo: () => show(stages.diagnosing),
    reset: nothing,
    override: nothing,
    rerun: nothing,
    readRuns: nothing,
    showRun: nothing,
    note: nothing,
    acknowledge: nothing,
    declareIncident: nothing,
    addToIncident: nothing,
    sendIncident: nothing,
    fileFollowUps: nothing,
    captureForIncident: nothing,
    withdrawAcknowledgements: nothing,
    endAcknowledgements: nothing,
    markChecklistItem: nothing,
    saveProfile: nothing,
    endChecklist: nothing,
    readChecklistItem: nothing,
    loggedIn: nothing,
    describe: nothing,
    openRunbookPage: nothing,
    draftRunbookPage: nothing,
    stopDescribing: nothing,
    rehearse: nothing,
    drill: nothing,
    save: nothing,
    reportPane: nothing,
    openApproval: nothing,
    approveRun: nothing,
    refuseRun: nothing,
    logs: {
      open: nothing,
      close: nothing,
      setFilters: nothing,
      search: nothing,
      setPaused: nothing,
      arrange: nothing,
      loadOlder: nothing,
      loadAround: nothing,
      cancelLoading: nothing,
    },
    quit: () => heard.quit(),
  };
};

export const openBare = (
  scene: Scene,
  options: {
    readonly ascii?: boolean;
    readonly color?: UiOptions['settings']['color'];
    readonly shared?: boolean;
    readonly secrets?: UiOptions['secrets'];
  } = {},
): Bare => {
  const cockpit = createCockpitStore();
  cockpit.setState({ ...scene.cockpit });
  const model = createUiStore(features, { shared: options.shared === true });
  const display = followDisplaySettings(
    { ascii: options.ascii ?? false, color: options.color ?? '256' },
    () => cockpit.getState().settings,
  );
  const size = { columns: 120, rows: 36 };
  const clock = { now: noon };
  const yeses: Yes[] = [];
  let quits = 0;
  /** The run whose card the last frame showed on top. */
  let drawn: CockpitState['run'];

  const commands = engineOf(cockpit, {
    confirmed: ({ typed, pasted }) => {
      const { run, arming } = cockpit.getState();
      const gate = run?.proposal?.gate;
      yeses.push({
        asked: drawn?.stage === 'proposed' && drawn === run,
        whole: gate?.typed !== true || (typed === run?.proposal?.names.join('\n') && !pasted),
        armed: gate?.arm !== true || arming.armedUntil !== undefined,
      });
    },
    quit: () => quits++,
  });
  // Changes are drawn before the next key.
  const onScreen: FactsAtHand = { of: (facts) => facts.getState(), now: () => clock.now };
  const currentContext = createKeyContextProvider({
    features,
    cockpit,
    facts: () => scene.facts,
    across: () => scene.across ?? new Map(),
    clock: { now: () => clock.now, wallOffset: () => 0 },
    commands,
    model,
    pens: createPenProvider({
      ascii: () => display.ascii(model.getState().theme),
      graphs: () => cockpit.getState().settings.graphs,
      ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
    }),
    size,
    canSuspend: true,
    onScreen,
    theme: display.theme(undefined).theme,
    copy: () => {},
    suspend: () => {},
    lend: async () => ({ status: 0 }),
    quit: () => quits++,
  });
  const renderFrame = createFrameRenderer();
  const noRedraw = { now: () => {}, soon: () => {}, stop: () => {} };
  const listener = createKeyListener({
    features,
    model,
    clock: { now: () => clock.now },
    currentContext,
    redraw: noRedraw,
    hearsMouse: () => true,
  });

  return {
    size,
    get now() {
      return clock.now;
    },
    set now(time) {
      clock.now = time;
    },
    context: currentContext,
    frame: () => {
      const context = currentContext();
      noteFrame(context, currentActiveKeys(context));
      drawn = context.view.ui.overlay.is === 'none' ? currentRun(context.view) : undefined;
      const { theme, mono } = display.theme(model.getState().theme);
      return renderFrame({ context, theme, mono });
    },
    prepare: () => prepareFrame(() => currentContext.viewOf(onScreen)),
    strokes: (...keys) => listener.strokes(keys),
    paste: (text) => listener.paste(text),
    mouse: (event) => listener.mouse(event),
    comesTo: (run) => showRun(cockpit, run),
    yeses,
    quits: () => quits,
    focused: () => {
      const { view } = currentContext();
      return panePositions(view, bodyHeight(view))
        .filter(({ focused }) => focused)
        .map(({ pane }) => pane.id);
    },
  };
};
