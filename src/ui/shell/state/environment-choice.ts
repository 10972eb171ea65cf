import type { CockpitState } from '../../../store/cockpit.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import type { UiState } from '../contract/model.ts';

/** True if the user must choose an environment: none is open or opening. */
export const needsEnvironmentChoice = (
  cockpit: CockpitState,
  { openingEnvironment: opening }: UiState,
): boolean =>
  cockpit.open === undefined &&
  cockpit.profileErrors === undefined &&
  cockpit.isPickingEnvironment === true &&
  opening === undefined;

/** Opens the environment list if a choice is needed and no other overlay is open. */
export const withEnvironmentPicker = (ui: UiState, cockpit: CockpitState): UiState =>
  ui.overlay.is === 'none' && needsEnvironmentChoice(cockpit, ui)
    ? { ...ui, overlay: { is: 'environments', cursor: initialCursor } }
    : ui;
