import { changePane, paneStateOf, type UiState } from '../../model.ts';
import { paneById } from '../../panes/index.ts';
import type { Hand } from '../../panes/pane.ts';
import { busy } from '../runbooks/actions.ts';
import { openName } from './environment.ts';
import { type Direction, leaving, type Spot, stepped } from './spot.ts';

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
