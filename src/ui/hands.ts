import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';
import type { TerminalEnd } from '../platform/processes/run-in-terminal.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import type { FactsState } from '../store/facts.ts';
import type { FactsStore } from '../store/facts-store.ts';
import type { Past } from '../store/past/state-of.ts';
import { cursorIndex } from './components/window.ts';
import type { createPens } from './features/share/pens.ts';
import { commandsInPast, pastView, whyNotActing } from './features/time-travel/past-view.ts';
import { withFocus } from './frame/bands.ts';
import { formOf, framing, placedOn } from './frame/layout.ts';
import { goLive, type Model, paneStateOf } from './model.ts';
import { withPicker } from './overlays/lists.ts';
import { paneById } from './panes/index.ts';
import type { Hand } from './panes/pane.ts';
import type { Theme } from './theme/theme.ts';
import { envView, type View } from './view.ts';

/** Longer than this no key finds facts that have changed since, whatever keeps the screen from being drawn. */
const longestMs: Millis = 400;

/** The facts that the frame on the screen was made of. */
interface OnScreen {
  /** What is on the screen of this store, or what it holds now when nothing is. */
  of(store: FactsStore): FactsState;
  /** From the next question on, what the stores hold then. */
  renew(): void;
}

/**
 * A key finds the facts that its finger was aimed at: those of the frame that is on the screen, not what has arrived
 * since and is drawn with the next one. So a key is answered at once however much arrives, and no row moves away from
 * under it between the look and the press.
 */
export const createOnScreen = (clock: { now(): Millis }): OnScreen => {
  const held = new Map<FactsStore, { readonly state: FactsState; readonly since: Millis }>();
  return {
    of: (store) => {
      const had = held.get(store);
      const now = clock.now();
      if (had !== undefined && now - had.since <= longestMs) return had.state;
      const state = store.getState();
      held.set(store, { state, since: now });
      return state;
    },
    renew: () => held.clear(),
  };
};

interface HandParts {
  readonly cockpit: StoreApi<CockpitState>;
  facts(): FactsStore | undefined;
  across(): ReadonlyMap<string, FactsStore>;
  /** What was kept of earlier moments; undefined until it can be looked at. */
  past?(): Past | undefined;
  readonly clock: Pick<Clock, 'now' | 'wallOffset'>;
  readonly commands: Commands;
  readonly model: Model;
  readonly pens: ReturnType<typeof createPens>;
  readonly size: { readonly columns: number; readonly rows: number };
  /** There is no colour. */
  readonly mono?: boolean;
  readonly canSuspend: boolean;
  readonly theme: Theme;
  /** Which facts are on the screen. */
  readonly onScreen: Pick<OnScreen, 'of'>;
  copy(text: string): void;
  suspend(): void;
  lend(argv: readonly string[]): Promise<TerminalEnd | undefined>;
  quit(): void;
}

/** What a key finds and a frame is made of, as everything stands on the screen at the moment of the call. */
export const createHands = (parts: HandParts): (() => Hand) => {
  const { cockpit, clock, model, pens, size, onScreen } = parts;

  const liveNow = (): View => {
    const now = clock.now();
    const own = parts.facts();
    const ui = withPicker(model.getState(), cockpit.getState());
    const { open } = cockpit.getState();
    return {
      ui,
      cockpit: cockpit.getState(),
      ...(own === undefined ? {} : { own: envView(onScreen.of(own), now) }),
      others: new Map([...parts.across()].map(([env, facts]) => [env, envView(onScreen.of(facts), now)])),
      now,
      wallOffset: clock.wallOffset(),
      columns: size.columns,
      rows: size.rows,
      pen: pens(ui.shared, () => ({
        words: cockpit.getState().open?.words ?? [],
        facts: [...(own === undefined ? [] : [own]), ...parts.across().values()].map((facts) =>
          onScreen.of(facts),
        ),
      })),
      keepsPast: open !== undefined && parts.past?.()?.keeps(open) === true,
      mono: parts.mono === true,
      canSuspend: parts.canSuspend,
    };
  };

  const viewNow = (): View => {
    const live = liveNow();
    const past = parts.past?.();
    if (live.ui.past === undefined || past === undefined) return live;
    const view = pastView(live, live.ui.past.wanted, past);
    // What was there then, and is gone, has a name that others must not see either.
    const then = [...(view.own === undefined ? [] : [view.own]), ...view.others.values()];
    pens(live.ui.shared, () => ({ words: [], facts: then.map(({ facts }) => facts) }));
    return view;
  };

  return () => {
    const view = withFocus(viewNow());
    const pane = paneById(view.ui.focus);
    const rows = pane.shown(view, formOf(view));
    const index = cursorIndex(rows, paneStateOf(view.ui, pane.id).cursor);
    const row = rows[index];
    const say = (text: string): void => model.setState({ notice: { at: clock.now(), text } });
    const whyNot = whyNotActing(view);
    const commands =
      whyNot === undefined
        ? parts.commands
        : commandsInPast(
            parts.commands,
            () => say(whyNot),
            () => goLive(model),
          );
    return {
      view,
      model,
      commands,
      pane,
      rows,
      index,
      ...(row === undefined ? {} : { row }),
      room: () => placedOn(view, view.rows - framing).find((placed) => placed.pane.id === pane.id),
      halfPage: Math.max(1, Math.floor((size.rows - 6) / 2)),
      say,
      theme: parts.theme,
      copy: parts.copy,
      suspend: parts.suspend,
      lend: parts.lend,
      quit: parts.quit,
    };
  };
};
