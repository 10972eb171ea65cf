import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';
import type { TerminalProgramResult } from '../platform/processes/run-in-terminal.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import type { FactsState } from '../store/facts.ts';
import type { FactsStore } from '../store/facts-store.ts';
import type { TimeTravel } from '../store/past/decode-state.ts';
import { cursorRowIndex } from './components/window.ts';
import type { createPenProvider } from './features/share/pen-provider.ts';
import {
  renderContextAt,
  timeTravelBlockedReason,
  withReadOnlyCommands,
} from './features/time-travel/past-context.ts';
import { currentForm, frameRows, panePositions } from './frame/layout.ts';
import { withValidFocus } from './frame/overview-bands.ts';
import { paneState, returnToLive, type UiStore } from './model.ts';
import { withEnvironmentPicker } from './overlays/lists.ts';
import { paneById } from './panes/index.ts';
import type { KeyContext } from './panes/pane.ts';
import { environmentView, type RenderContext } from './render-context.ts';
import type { Theme } from './theme/theme.ts';

/** Longer than this no key finds facts that have changed since, whatever keeps the screen from being drawn. */
const longestMs: Millis = 400;

/** The facts that the frame on the screen was made of. */
interface RenderedFacts {
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
export const createRenderedFacts = (clock: { now(): Millis }): RenderedFacts => {
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

interface KeyContextOptions {
  readonly cockpit: StoreApi<CockpitState>;
  facts(): FactsStore | undefined;
  across(): ReadonlyMap<string, FactsStore>;
  /** What was kept of earlier moments; undefined until it can be looked at. */
  past?(): TimeTravel | undefined;
  readonly clock: Pick<Clock, 'now' | 'wallOffset'>;
  readonly commands: Commands;
  readonly model: UiStore;
  readonly pens: ReturnType<typeof createPenProvider>;
  readonly size: { readonly columns: number; readonly rows: number };
  /** There is no colour. */
  readonly mono?: boolean;
  readonly canSuspend: boolean;
  readonly theme: Theme;
  /** Which facts are on the screen. */
  readonly onScreen: Pick<RenderedFacts, 'of'>;
  copy(text: string): void;
  suspend(): void;
  lend(argv: readonly string[]): Promise<TerminalProgramResult | undefined>;
  quit(): void;
}

/** What a key finds and a frame is made of, as everything stands on the screen at the moment of the call. */
export const createKeyContextProvider = (parts: KeyContextOptions): (() => KeyContext) => {
  const { cockpit, clock, model, pens, size, onScreen } = parts;

  const liveNow = (): RenderContext => {
    const now = clock.now();
    const own = parts.facts();
    const ui = withEnvironmentPicker(model.getState(), cockpit.getState());
    const { open } = cockpit.getState();
    return {
      ui,
      cockpit: cockpit.getState(),
      ...(own === undefined ? {} : { own: environmentView(onScreen.of(own), now) }),
      others: new Map(
        [...parts.across()].map(([env, facts]) => [env, environmentView(onScreen.of(facts), now)]),
      ),
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
      hasHistory: open !== undefined && parts.past?.()?.hasHistory(open) === true,
      mono: parts.mono === true,
      canSuspend: parts.canSuspend,
    };
  };

  const viewNow = (): RenderContext => {
    const live = liveNow();
    const past = parts.past?.();
    if (live.ui.past === undefined || past === undefined) return live;
    const view = renderContextAt(live, live.ui.past.wanted, past);
    // What was there then, and is gone, has a name that others must not see either.
    const then = [...(view.own === undefined ? [] : [view.own]), ...view.others.values()];
    pens(live.ui.shared, () => ({ words: [], facts: then.map(({ facts }) => facts) }));
    return view;
  };

  return () => {
    const view = withValidFocus(viewNow());
    const pane = paneById(view.ui.focus);
    const rows = pane.displayedRows(view, currentForm(view));
    const index = cursorRowIndex(rows, paneState(view.ui, pane.id).cursor);
    const row = rows[index];
    const say = (text: string): void => model.setState({ notice: { at: clock.now(), text } });
    const whyNot = timeTravelBlockedReason(view);
    const commands =
      whyNot === undefined
        ? parts.commands
        : withReadOnlyCommands(
            parts.commands,
            () => say(whyNot),
            () => returnToLive(model),
          );
    return {
      view,
      model,
      commands,
      pane,
      rows,
      index,
      ...(row === undefined ? {} : { row }),
      focusedRoom: () =>
        panePositions(view, view.rows - frameRows).find((placed) => placed.pane.id === pane.id),
      halfPage: Math.max(1, Math.floor((size.rows - 6) / 2)),
      notify: say,
      theme: parts.theme,
      copy: parts.copy,
      suspend: parts.suspend,
      runInTerminal: parts.lend,
      quit: parts.quit,
    };
  };
};
