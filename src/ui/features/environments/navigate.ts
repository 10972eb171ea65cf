import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import { noteNavigation } from '../../keys/navigation.ts';
import { paneState, type UiState, type UiStore, updatePane } from '../../model.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import { paneById } from '../../panes/index.ts';
import type { KeyContext } from '../../panes/pane.ts';
import { levelFilterLabels } from '../../panes/pane-query.ts';
import type { RenderContext } from '../../render-context.ts';
import { activeRunReason } from '../runbooks/actions.ts';
import {
  type NavigationDirection,
  type NavigationEntry,
  pushEntry,
  stepHistory,
} from './navigation-history.ts';

/**
 * The panes with every cursor holding on to its object by name as well: another environment has other sources, and
 * therefore other keys for the same thing.
 */
const byName = (view: RenderContext): UiState['panes'] =>
  Object.fromEntries(
    Object.entries(view.ui.panes).map(([id, state]) => {
      const { key } = state.cursor;
      const row =
        key === undefined
          ? undefined
          : paneById(id)
              .rows(view)
              .find((one) => one.key === key);
      return [id, row === undefined ? state : { ...state, cursor: { ...state.cursor, label: row.label } }];
    }),
  );

const placeWords = ({ ui }: RenderContext): string => {
  const { filter, least } = paneState(ui, ui.focus);
  const place = ui.place === 'overview' ? 'overview' : paneById(ui.place).title;
  const narrowed = [
    ...(filter === '' ? [] : [`filter /${filter}/ kept`]),
    ...(least === undefined ? [] : [`${levelFilterLabels[least]} kept`]),
  ];
  return [place, ...narrowed].join(', ');
};

/**
 * Tells of a switch to another environment, from which to which, and keeps the place: pane, filter, and the object
 * under every cursor where there is one of that name. Returns how to stop.
 */
export const restoreNavigationOnSwitch = (parts: {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: UiStore;
  handNow(): KeyContext;
}): (() => void) =>
  parts.cockpit.subscribe((cockpit, before) => {
    const [from, to] = [openEnvironmentName({ cockpit: before }), openEnvironmentName({ cockpit })];
    if (from === undefined || to === undefined || from === to) return;
    // The facts are still those of the environment that is left.
    const { view, notify: say } = parts.handNow();
    parts.model.setState({ panes: byName(view) });
    say(`${from} ${view.pen.ascii ? '->' : '→'} ${to}: ${placeWords(view)}`);
  });

/** 'system/env' of what is open. */
export const openEnvironmentName = ({
  cockpit: { open },
}: Pick<RenderContext, 'cockpit'>): string | undefined =>
  open === undefined ? undefined : `${open.system}/${open.env}`;

/** Asks for an environment, the open one again too; the place on the screen stays what it is. */
export const switchEnvironment = ({ model, commands, notify: say, view }: KeyContext, name: string): void => {
  if (openEnvironmentName(view) !== name) noteNavigation(model);
  model.setState({ overlay: noOverlay, openingEnvironment: name });
  say(`opening ${name}`);
  commands.openEnvironment(name);
};

/** Where one is now, in this environment. */
const spotOf = (ui: UiState, env: string | undefined): NavigationEntry => {
  const { cursor, filter, opened } = paneState(ui, ui.focus);
  return {
    ...(env === undefined ? {} : { env }),
    place: ui.place,
    focus: ui.focus,
    ...(ui.split === undefined ? {} : { split: ui.split }),
    cursor,
    filter,
    opened,
  };
};

const hereOf = (hand: KeyContext): NavigationEntry =>
  spotOf(hand.model.getState(), openEnvironmentName(hand.view));

const nameOf = ({ place, split }: NavigationEntry): string => {
  if (split !== undefined) return split.panes.map((id) => paneById(id).title).join(' | ');
  return place === 'overview' ? 'overview' : paneById(place).title;
};

/** Does what a key or a click does; when that went somewhere else, the place it left can be gone back to. */
export const recordNavigation = (hand: KeyContext, act: () => void): void => {
  const [here, { navigationCount: jumps }] = [hereOf(hand), hand.model.getState()];
  act();
  if (hand.model.getState().navigationCount !== jumps)
    hand.model.setState((s) => ({ history: pushEntry(s.history, here) }));
};

const next = (hand: KeyContext, direction: NavigationDirection) =>
  stepHistory(hand.view.ui.history, direction, spotOf(hand.view.ui, openEnvironmentName(hand.view)));

/** Why there is no going back, or forward, or undefined. */
export const navigationBlockedReason =
  (direction: NavigationDirection) =>
  (hand: KeyContext): string | undefined => {
    const step = next(hand, direction);
    if (step === undefined) return direction === 'back' ? 'no earlier location' : 'no later location';
    return step.to.env === openEnvironmentName(hand.view) ? undefined : activeRunReason(hand.view.cockpit);
  };

/** Goes to the place before this one, or after it: environment, pane, row, filter. */
export const navigate =
  (direction: NavigationDirection) =>
  (hand: KeyContext): void => {
    const step = next(hand, direction);
    if (step === undefined) return;
    const { to, trail } = step;
    const { place, focus, split, cursor, filter, opened } = to;
    hand.model.setState(({ split: _, ...rest }) => {
      const ui = { ...rest, place, focus, history: trail, isFiltering: false };
      return split === undefined ? ui : { ...ui, split };
    }, true);
    updatePane(hand.model, focus, { cursor, filter, opened });
    const elsewhere = to.env !== undefined && to.env !== openEnvironmentName(hand.view);
    const filtered = filter === '' ? '' : `, filter /${filter}/`;
    hand.notify(`${direction}: ${nameOf(to)}${elsewhere ? ` in ${to.env}` : ''}${filtered}`);
    if (!elsewhere) return;
    hand.model.setState({ openingEnvironment: to.env });
    hand.commands.openEnvironment(to.env);
  };
