import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../../domain/base/defined.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { paneState, type UiState, type UiStore, updatePane } from '../contract/model.ts';
import {
  type NavigationDirection,
  type NavigationEntry,
  pushEntry,
  stepHistory,
} from '../contract/navigation-history.ts';
import { noOverlay } from '../contract/overlay.ts';
import type { KeyContext } from '../contract/pane.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { levelFilterLabels } from '../panes/pane-query.ts';
import { activeRunReason } from '../state/blocked-reasons.ts';
import { noteNavigation } from './navigation.ts';

/**
 * Adds the label of the selected row to every cursor. Another environment has other sources, and therefore other keys for
 * the same object.
 */
const withCursorLabels = (view: RenderContext): UiState['panes'] =>
  Object.fromEntries(
    Object.entries(view.ui.panes).map(([id, state]) => {
      const { key } = state.cursor;
      const row =
        key === undefined
          ? undefined
          : view.features.panes
              .byId(id)
              .rows(view)
              .find((candidate) => candidate.key === key);
      return [id, row === undefined ? state : { ...state, cursor: { ...state.cursor, label: row.label } }];
    }),
  );

const locationText = ({ ui, features }: RenderContext): string => {
  const { filter, least } = paneState(ui, ui.focus);
  const place = ui.place === 'overview' ? 'overview' : features.panes.byId(ui.place).title;
  const narrowed = [
    ...(filter === '' ? [] : [`filter /${filter}/ kept`]),
    ...(least === undefined ? [] : [`${levelFilterLabels[least]} kept`]),
  ];
  return [place, ...narrowed].join(', ');
};

/**
 * Announces a switch of the environment and preserves the location: pane, filter, and the selected objects by name.
 * Returns an unsubscribe function.
 */
export const restoreNavigationOnSwitch = (parts: {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: UiStore;
  currentContext(): KeyContext;
}): (() => void) =>
  parts.cockpit.subscribe((cockpit, before) => {
    const from = openEnvironmentName({ cockpit: before });
    const to = openEnvironmentName({ cockpit });
    if (from === undefined || to === undefined || from === to) return;
    // The facts are still those of the previous environment.
    const { view, notify: say } = parts.currentContext();
    parts.model.setState({ panes: withCursorLabels(view) });
    say(`${from} ${view.pen.ascii ? '->' : '→'} ${to}: ${locationText(view)}`);
  });

/** The open environment as 'system/env'. */
export const openEnvironmentName = ({
  cockpit: { open },
}: Pick<RenderContext, 'cockpit'>): string | undefined =>
  open === undefined ? undefined : `${open.system}/${open.env}`;

/** Opens an environment, or reopens the current one. The location on the screen stays the same. */
export const switchEnvironment = ({ model, commands, notify: say, view }: KeyContext, name: string): void => {
  if (openEnvironmentName(view) !== name) noteNavigation(model);
  model.setState({ overlay: noOverlay, openingEnvironment: name });
  say(`opening ${name}`);
  commands.openEnvironment(name);
};

/** The current location. */
const locationOf = (ui: UiState, env: string | undefined): NavigationEntry => {
  const { cursor, filter, opened } = paneState(ui, ui.focus);
  return {
    ...defined({ env }),
    place: ui.place,
    focus: ui.focus,
    ...defined({ split: ui.split }),
    cursor,
    filter,
    opened,
  };
};

const currentLocation = (context: KeyContext): NavigationEntry =>
  locationOf(context.model.getState(), openEnvironmentName(context.view));

const nameOf = ({ features: { panes } }: RenderContext, { place, split }: NavigationEntry): string => {
  if (split !== undefined) return split.panes.map((id) => panes.byId(id).title).join(' | ');
  return place === 'overview' ? 'overview' : panes.byId(place).title;
};

/** Runs a key or click action. If it navigates, records the previous location in the history. */
export const recordNavigation = (context: KeyContext, act: () => void): void => {
  const here = currentLocation(context);
  const { navigationCount: jumps } = context.model.getState();
  act();
  if (context.model.getState().navigationCount !== jumps)
    context.model.setState((s) => ({ history: pushEntry(s.history, here) }));
};

const next = (context: KeyContext, direction: NavigationDirection) =>
  stepHistory(
    context.view.ui.history,
    direction,
    locationOf(context.view.ui, openEnvironmentName(context.view)),
  );

/** The reason why going back or forward is unavailable, or undefined. */
export const navigationBlockedReason =
  (direction: NavigationDirection) =>
  (context: KeyContext): string | undefined => {
    const step = next(context, direction);
    if (step === undefined)
      return direction === 'back'
        ? 'there is no earlier view to go back to'
        : 'there is no later view to go to';
    return step.to.env === openEnvironmentName(context.view)
      ? undefined
      : activeRunReason(context.view.cockpit);
  };

/** Goes to the previous or next location: environment, pane, row, filter. */
export const navigate =
  (direction: NavigationDirection) =>
  (context: KeyContext): void => {
    const step = next(context, direction);
    if (step === undefined) return;
    const { to, history } = step;
    const { place, focus, split, cursor, filter, opened } = to;
    context.model.setState(({ split: _, ...rest }) => {
      const ui = { ...rest, place, focus, history, isFiltering: false };
      return split === undefined ? ui : { ...ui, split };
    }, true);
    updatePane(context.model, focus, { cursor, filter, opened });
    const isOtherEnvironment = to.env !== undefined && to.env !== openEnvironmentName(context.view);
    const filtered = filter === '' ? '' : `, filter /${filter}/`;
    context.notify(
      `${direction}: ${nameOf(context.view, to)}${isOtherEnvironment ? ` in ${to.env}` : ''}${filtered}`,
    );
    if (!isOtherEnvironment) return;
    context.model.setState({ openingEnvironment: to.env });
    context.commands.openEnvironment(to.env);
  };
