import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import { type Model, paneStateOf, type UiState } from '../../model.ts';
import { paneById } from '../../panes/index.ts';
import type { Hand } from '../../panes/pane.ts';
import { leastWords } from '../../panes/wanted.ts';
import type { View } from '../../view.ts';
import { openName } from './environment.ts';

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
