import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import { jumped } from '../../keys/places.ts';
import { changePane, type Model, paneStateOf, type UiState } from '../../model.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import { paneById } from '../../panes/index.ts';
import type { Hand } from '../../panes/pane.ts';
import { leastWords } from '../../panes/wanted.ts';
import type { View } from '../../view.ts';
import { busy } from '../runbooks/actions.ts';
import { type Direction, leaving, type Spot, stepped } from './spot.ts';

/**
 * The panes with every cursor holding on to its object by name as well: another environment has other sources, and
 * therefore other keys for the same thing.
 */
const byName = (view: View): UiState['panes'] =>
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

const placeWords = ({ ui }: View): string => {
  const { filter, least } = paneStateOf(ui, ui.focus);
  const place = ui.place === 'overview' ? 'overview' : paneById(ui.place).title;
  const narrowed = [
    ...(filter === '' ? [] : [`filter /${filter}/ stays`]),
    ...(least === undefined ? [] : [`${leastWords[least]} stays`]),
  ];
  return [place, ...narrowed].join(', ');
};

/**
 * Tells of a switch to another environment, from which to which, and keeps the place: pane, filter, and the object
 * under every cursor where there is one of that name. Returns how to stop.
 */
export const keepPlaceAcross = (parts: {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: Model;
  handNow(): Hand;
}): (() => void) =>
  parts.cockpit.subscribe((cockpit, before) => {
    const [from, to] = [openName({ cockpit: before }), openName({ cockpit })];
    if (from === undefined || to === undefined || from === to) return;
    // The facts are still those of the environment that is left.
    const { view, say } = parts.handNow();
    parts.model.setState({ panes: byName(view) });
    say(`${from} ${view.pen.ascii ? '->' : '→'} ${to}: ${placeWords(view)}`);
  });

/** 'system/env' of what is open. */
export const openName = ({ cockpit: { open } }: Pick<View, 'cockpit'>): string | undefined =>
  open === undefined ? undefined : `${open.system}/${open.env}`;

/** Asks for an environment, the open one again too; the place on the screen stays what it is. */
export const goToEnvironment = ({ model, commands, say, view }: Hand, name: string): void => {
  if (openName(view) !== name) jumped(model);
  model.setState({ overlay: noOverlay, opening: name });
  say(`opening ${name}`);
  commands.openEnvironment(name);
};

/** Where one is now, in this environment. */
const spotOf = (ui: UiState, env: string | undefined): Spot => {
  const { cursor, filter, opened } = paneStateOf(ui, ui.focus);
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

const hereOf = (hand: Hand): Spot => spotOf(hand.model.getState(), openName(hand.view));

const nameOf = ({ place, split }: Spot): string => {
  if (split !== undefined) return split.panes.map((id) => paneById(id).title).join(' | ');
  return place === 'overview' ? 'overview' : paneById(place).title;
};

/** Does what a key or a click does; when that went somewhere else, the place it left can be gone back to. */
export const keepingTrail = (hand: Hand, act: () => void): void => {
  const [here, { jumps }] = [hereOf(hand), hand.model.getState()];
  act();
  if (hand.model.getState().jumps !== jumps) hand.model.setState((s) => ({ trail: leaving(s.trail, here) }));
};

const next = (hand: Hand, direction: Direction) =>
  stepped(hand.view.ui.trail, direction, spotOf(hand.view.ui, openName(hand.view)));

/** Why there is no going back, or forward, or undefined. */
export const whyNotTravel =
  (direction: Direction) =>
  (hand: Hand): string | undefined => {
    const step = next(hand, direction);
    if (step === undefined)
      return direction === 'back' ? 'no place before this one' : 'no place after this one';
    return step.to.env === openName(hand.view) ? undefined : busy(hand.view.cockpit);
  };

/** Goes to the place before this one, or after it: environment, pane, row, filter. */
export const travel =
  (direction: Direction) =>
  (hand: Hand): void => {
    const step = next(hand, direction);
    if (step === undefined) return;
    const { to, trail } = step;
    const { place, focus, split, cursor, filter, opened } = to;
    hand.model.setState(({ split: _, ...rest }) => {
      const ui = { ...rest, place, focus, trail, filtering: false };
      return split === undefined ? ui : { ...ui, split };
    }, true);
    changePane(hand.model, focus, { cursor, filter, opened });
    const elsewhere = to.env !== undefined && to.env !== openName(hand.view);
    const filtered = filter === '' ? '' : `, filter /${filter}/`;
    hand.say(`${direction}: ${nameOf(to)}${elsewhere ? ` in ${to.env}` : ''}${filtered}`);
    if (!elsewhere) return;
    hand.model.setState({ opening: to.env });
    hand.commands.openEnvironment(to.env);
  };
