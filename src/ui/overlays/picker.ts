import type { CockpitState } from '../../store/cockpit.ts';
import { firstRow } from '../cursor.ts';
import type { UiState } from '../model.ts';

/** Nothing is open, nothing is on its way, and somebody has to choose. */
export const mustPick = (cockpit: CockpitState, { opening }: UiState): boolean =>
  cockpit.open === undefined &&
  cockpit.refused === undefined &&
  cockpit.picking === true &&
  opening === undefined;

/** The screen's state with the list of environments on it where one must be chosen and nothing else lies there. */
export const withPicker = (ui: UiState, cockpit: CockpitState): UiState =>
  ui.overlay.is === 'none' && mustPick(cockpit, ui)
    ? { ...ui, overlay: { is: 'environments', cursor: firstRow } }
    : ui;
