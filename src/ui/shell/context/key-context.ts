import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { TerminalProgramResult } from '../../../platform/processes/run-in-terminal.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { FactsState } from '../../../store/facts.ts';
import type { FactsStore } from '../../../store/facts-store.ts';
import type { TimeTravel } from '../../../store/past/decode-state.ts';
import { cursorRowIndex } from '../../kit/components/window.ts';
import type { Theme } from '../../kit/theme/theme.ts';
import type { Features } from '../contract/features.ts';
import { paneState, returnToLive, type UiStore } from '../contract/model.ts';
import type { KeyContext } from '../contract/pane.ts';
import { environmentView, type RenderContext } from '../contract/render-context.ts';
import { bodyHeight } from '../layout/body-rows.ts';
import { currentForm, panePositions, withValidFocus } from '../layout/layout.ts';
import { foreignEnvironment, withoutSubject } from '../panes/foreign-cell.ts';
import { operatorWords } from '../pen/operator-words.ts';
import type { createPenProvider } from '../pen/pen-provider.ts';
import { withEnvironmentPicker } from '../state/environment-choice.ts';
import { renderContextAt, timeTravelBlockedReason, withReadOnlyCommands } from '../state/past-context.ts';

/** Maximum age of the facts that a key press acts on, even if drawing is delayed. */
const longestMs: Millis = 400;

/** The facts from which the visible frame was rendered. */
export interface RenderedFacts {
  /** The rendered state of this store, or its current state if none was rendered. */
  of(store: FactsStore): FactsState;
  /** The time for which the visible frame was rendered, or the current time if none was. */
  now(): Millis;
  /** Reads the current states, for a frame that is prepared while the visible one stays. */
  prepare(): FactsAtHand;
  /** Drops the held states and the held time, in favor of the prepared ones; without them, the next call reads them again. */
  renew(): void;
}

/** States of facts that belong together, and their time. */
export type FactsAtHand = Pick<RenderedFacts, 'of' | 'now'>;

/**
 * Creates the facts that key presses act on: those of the visible frame, not newer ones that are drawn with
 * the next frame. So a key is handled at once under load, and no row moves between reading the screen and
 * pressing the key.
 */
export const createRenderedFacts = (clock: { now(): Millis }): RenderedFacts => {
  let held = new Map<FactsStore, { readonly state: FactsState; readonly since: Millis }>();
  let heldNow: Millis | undefined;
  let prepared: { readonly states: Map<FactsStore, FactsState>; readonly now: Millis } | undefined;
  return {
    now: () => {
      const now = clock.now();
      if (heldNow === undefined || now < heldNow || now - heldNow > longestMs) heldNow = now;
      return heldNow;
    },
    of: (store) => {
      const had = held.get(store);
      const now = clock.now();
      if (had !== undefined && now - had.since <= longestMs) return had.state;
      const state = store.getState();
      held.set(store, { state, since: now });
      return state;
    },
    prepare: () => {
      const next = { states: new Map<FactsStore, FactsState>(), now: clock.now() };
      prepared = next;
      return {
        now: () => next.now,
        of: (store) => {
          const state = next.states.get(store) ?? store.getState();
          next.states.set(store, state);
          return state;
        },
      };
    },
    renew: () => {
      const since = clock.now();
      const next = prepared;
      // A key that came after 400 ms has read newer states: the screen never goes back to the prepared ones.
      const isOvertaken = (time: Millis | undefined): boolean =>
        next !== undefined && time !== undefined && time > next.now;
      held = new Map(
        [...(next?.states ?? [])].flatMap(([store, state]) =>
          isOvertaken(held.get(store)?.since) ? [] : [[store, { state, since }]],
        ),
      );
      heldNow = isOvertaken(heldNow) ? undefined : next?.now;
      prepared = undefined;
    },
  };
};

/** Ways for a key to give the terminal away. */
export interface TerminalKeys extends Pick<KeyContext, 'suspend' | 'openDocument' | 'quit'> {
  /** Runs a program in the terminal until it exits; undefined if opsdeck has no terminal to hand over. */
  lend(argv: readonly string[]): Promise<TerminalProgramResult | undefined>;
}

interface KeyContextOptions extends Omit<TerminalKeys, 'openDocument'> {
  /** Absent: there is no terminal for another program. */
  readonly openDocument?: TerminalKeys['openDocument'];
  readonly features: Features;
  readonly cockpit: StoreApi<CockpitState>;
  facts(): FactsStore | undefined;
  across(): ReadonlyMap<string, FactsStore>;
  /** Access to recorded history; undefined until it is available. */
  past?(): TimeTravel | undefined;
  readonly clock: Pick<Clock, 'now' | 'wallOffset'>;
  readonly commands: Commands;
  readonly model: UiStore;
  readonly pens: ReturnType<typeof createPenProvider>;
  readonly size: { readonly columns: number; readonly rows: number };
  /** True: the terminal has no color. */
  readonly mono?: boolean;
  readonly canSuspend: boolean;
  readonly theme: Theme;
  /** The facts of the visible frame. */
  readonly onScreen: FactsAtHand;
  copy(text: string): void;
}

/** Returns the current key context, and the view of other facts than those of the visible frame. */
export type KeyContextProvider = (() => KeyContext) & {
  readonly viewOf: (facts: FactsAtHand) => RenderContext;
};

/** Creates the function that returns the current key context, used for key handling and rendering. */
export const createKeyContextProvider = (parts: KeyContextOptions): KeyContextProvider => {
  const { cockpit, clock, model, pens, size } = parts;

  const liveView = (onScreen: FactsAtHand): RenderContext => {
    const now = clock.now();
    const paneNow = onScreen.now();
    const own = parts.facts();
    const ui = withEnvironmentPicker(model.getState(), cockpit.getState());
    const { open } = cockpit.getState();
    return {
      features: parts.features,
      ui,
      cockpit: cockpit.getState(),
      ...(own === undefined ? {} : { own: environmentView(onScreen.of(own), paneNow) }),
      others: new Map(
        [...parts.across()].map(([env, facts]) => [env, environmentView(onScreen.of(facts), paneNow)]),
      ),
      now,
      paneNow,
      wallOffset: clock.wallOffset(),
      columns: size.columns,
      rows: size.rows,
      pen: pens(ui.shared, () => ({
        words: [...(cockpit.getState().open?.words ?? []), operatorWords(cockpit.getState())],
        facts: [...(own === undefined ? [] : [own]), ...parts.across().values()].map((facts) =>
          onScreen.of(facts),
        ),
      })),
      hasHistory: open !== undefined && parts.past?.()?.hasHistory(open) === true,
      mono: parts.mono === true,
      canSuspend: parts.canSuspend,
    };
  };

  const viewOf = (facts: FactsAtHand): RenderContext => {
    const live = liveView(facts);
    const past = parts.past?.();
    if (live.ui.past === undefined || past === undefined) return withValidFocus(live);
    const view = renderContextAt(live, live.ui.past.wanted, past);
    // Names of objects that existed only in the past need aliases in share mode, too.
    const then = [...(view.own === undefined ? [] : [view.own]), ...view.others.values()];
    pens(live.ui.shared, () => ({ words: [], facts: then.map(({ facts }) => facts) }));
    return withValidFocus(view);
  };

  const currentContext = (): KeyContext => {
    const view = viewOf(parts.onScreen);
    const pane = parts.features.panes.byId(view.ui.focus);
    const rows = pane.displayedRows(view, currentForm(view, pane));
    const index = cursorRowIndex(rows, paneState(view.ui, pane.id).cursor);
    const selected = rows[index];
    const row =
      selected !== undefined && foreignEnvironment(view, pane, selected) !== undefined
        ? withoutSubject(selected)
        : selected;
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
      ...defined({ row }),
      focusedRoom: () => panePositions(view, bodyHeight(view)).find((placed) => placed.pane.id === pane.id),
      halfPage: Math.max(1, Math.floor((size.rows - 6) / 2)),
      notify: say,
      theme: parts.theme,
      copy: parts.copy,
      suspend: parts.suspend,
      runInTerminal: parts.lend,
      openDocument: parts.openDocument ?? ((_, ended) => ended(undefined)),
      quit: parts.quit,
    };
  };
  return Object.assign(currentContext, { viewOf });
};
