import type { CockpitState } from '../../../src/store/cockpit.ts';
import { createCockpit } from '../../../src/store/cockpit.ts';
import type { Commands } from '../../../src/store/commands.ts';
import { runOnScreen } from '../../../src/ui/features/cards/question.ts';
import { createPens } from '../../../src/ui/features/share/pens.ts';
import { frameOf } from '../../../src/ui/frame/frame.ts';
import { framing, placedOn } from '../../../src/ui/frame/layout.ts';
import { createHands } from '../../../src/ui/hands.ts';
import { createListener } from '../../../src/ui/keys/listener.ts';
import { createModel } from '../../../src/ui/model.ts';
import { firstPane } from '../../../src/ui/panes/index.ts';
import type { Hand } from '../../../src/ui/panes/pane.ts';
import type { UiParts } from '../../../src/ui/start.tsx';
import type { MouseEvent } from '../../../src/ui/terminal/mouse/input.ts';
import type { Row } from '../../../src/ui/text/paint.ts';
import { createLooks } from '../../../src/ui/theme/looks.ts';
import { noon } from '../../support/made-facts.ts';
import { endedRun, proposed, running, runView } from './runs.ts';
import type { Scene } from './user.ts';

/** A yes, and whether the card that asks for it had been drawn and was on top. */
export interface Yes {
  readonly asked: boolean;
  /** What was typed is what the card wanted, letter by letter. */
  readonly whole: boolean;
  readonly armed: boolean;
}

/** The cockpit without a terminal: keys in, rows out, nothing in between but what decides what they are. */
export interface Bare {
  readonly size: { columns: number; rows: number };
  now: number;
  hand(): Hand;
  frame(): readonly Row[];
  strokes(...keys: readonly string[]): void;
  paste(text: string): void;
  mouse(event: MouseEvent): void;
  /** The engine has come so far with a run; undefined: there is none. */
  comesTo(run: CockpitState['run']): void;
  readonly yeses: readonly Yes[];
  readonly quits: () => number;
  /** Panes that have the focus, of those that stand on the screen. */
  focused(): readonly string[];
}

/** The stages that a run comes to, with the card of each. */
export const stages = {
  none: undefined,
  asking: runView('params', { asking: { name: 'name', title: 'breaker', choices: ['psp', 'mail'] } }),
  diagnosing: runView('diagnosing'),
  proposed: proposed(),
  typed: proposed({}, { typed: true, arm: false }),
  easy: proposed({}, { arm: false }),
  window: { ...proposed(), stage: 'window' },
  running: running(),
  ticking: running({ ticking: { id: 'a2', title: "Tell the dependency's owner" } }),
  ended: endedRun('executed-not-recovered', 'psp is open still'),
} as const satisfies Record<string, CockpitState['run']>;

const showRun = (cockpit: ReturnType<typeof createCockpit>, run: CockpitState['run']): void => {
  const { run: _, ...rest } = cockpit.getState();
  cockpit.setState(run === undefined ? rest : { ...rest, run }, true);
};

/** An engine that does what it is asked to; how a run goes on is told by `comesTo`. */
const engineOf = (
  cockpit: ReturnType<typeof createCockpit>,
  heard: { confirmed: Commands['confirm']; quit(): void },
): Commands => {
  const nothing = (): void => {};
  const show = (run: CockpitState['run']): void => showRun(cockpit, run);
  const isAt = (...wanted: readonly string[]): boolean =>
    wanted.includes(cockpit.getState().run?.stage ?? '');
  return {
    askNow: nothing,
    read: nothing,
    openEnvironment: nothing,
    arm: (reason) => cockpit.setState({ arming: { readOnly: true, armedUntil: noon + 900_000, reason } }),
    disarm: () => cockpit.setState({ arming: { readOnly: true } }),
    propose: () => show(stages.asking),
    give: () => show(stages.diagnosing),
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
    override: nothing,
    rerun: nothing,
    readRuns: nothing,
    showRun: nothing,
    note: nothing,
    loggedIn: nothing,
    describe: nothing,
    stopDescribing: nothing,
    rehearse: nothing,
    save: nothing,
    logs: {
      open: nothing,
      close: nothing,
      look: nothing,
      seek: nothing,
      hold: nothing,
      older: nothing,
    },
    quit: () => heard.quit(),
  };
};

export const openBare = (
  scene: Scene,
  options: {
    readonly ascii?: boolean;
    readonly shared?: boolean;
    readonly secrets?: UiParts['secrets'];
  } = {},
): Bare => {
  const cockpit = createCockpit();
  cockpit.setState({ ...scene.cockpit });
  const model = createModel(firstPane.id, options.shared);
  const looks = createLooks(
    { ascii: options.ascii ?? false, color: '256' },
    () => cockpit.getState().settings,
  );
  const [size, clock] = [{ columns: 120, rows: 36 }, { now: noon }];
  const yeses: Yes[] = [];
  let quits = 0;
  /** The run whose card the last frame showed, with nothing on top of it. */
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
  const handNow = createHands({
    cockpit,
    facts: () => scene.facts,
    across: () => scene.across ?? new Map(),
    clock: { now: () => clock.now, wallOffset: () => 0 },
    commands,
    model,
    pens: createPens({
      ascii: looks.ascii,
      ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
    }),
    size,
    canSuspend: true,
    // What is told is drawn before the next key.
    onScreen: { of: (facts) => facts.getState() },
    theme: looks.theme(undefined).theme,
    copy: () => {},
    suspend: () => {},
    lend: async () => ({ status: 0 }),
    quit: () => quits++,
  });
  const noRedraw = { now: () => {}, soon: () => {}, stop: () => {} };
  const listener = createListener({ model, handNow, redraw: noRedraw, hearsMouse: () => true });

  return {
    size,
    get now() {
      return clock.now;
    },
    set now(at) {
      clock.now = at;
    },
    hand: handNow,
    frame: () => {
      const hand = handNow();
      drawn = hand.view.ui.overlay.is === 'none' ? runOnScreen(hand.view) : undefined;
      const { theme, mono } = looks.theme(model.getState().theme);
      return frameOf(hand, theme, mono);
    },
    strokes: (...keys) => listener.strokes(keys),
    paste: (text) => listener.paste(text),
    mouse: (event) => listener.mouse(event),
    comesTo: (run) => showRun(cockpit, run),
    yeses,
    quits: () => quits,
    focused: () => {
      const { view } = handNow();
      return placedOn(view, size.rows - framing)
        .filter(({ focused }) => focused)
        .map(({ pane }) => pane.id);
    },
  };
};
