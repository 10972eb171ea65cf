import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { UiState, UiStore } from '../../model.ts';

/** Whether clicks and the wheel are heard: as `:mouse` said last, else as the settings say. */
export const isMouseEnabled = (
  { mouse }: Pick<UiState, 'mouse'>,
  { settings }: Pick<CockpitState, 'settings'>,
): boolean => mouse ?? settings.mouse;

/** Told whenever that changes. Returns how to stop. */
export const watchMouseSetting = (
  model: UiStore,
  cockpit: StoreApi<CockpitState>,
  changed: (on: boolean) => void,
): (() => void) => {
  let was = isMouseEnabled(model.getState(), cockpit.getState());
  const look = (): void => {
    const on = isMouseEnabled(model.getState(), cockpit.getState());
    if (on === was) return;
    was = on;
    changed(on);
  };
  const stops = [model.subscribe(look), cockpit.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
};
