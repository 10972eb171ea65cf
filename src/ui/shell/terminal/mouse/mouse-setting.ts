import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../../store/cockpit.ts';
import type { UiState, UiStore } from '../../contract/model.ts';

/** True if mouse reporting is on: according to the last `:mouse` command, otherwise the settings. */
export const isMouseEnabled = (
  { mouse }: Pick<UiState, 'mouse'>,
  { settings }: Pick<CockpitState, 'settings'>,
): boolean => mouse ?? settings.mouse;

/** Calls `changed` when the setting changes. Returns an unsubscribe function. */
export const watchMouseSetting = (
  model: UiStore,
  cockpit: StoreApi<CockpitState>,
  changed: (on: boolean) => void,
): (() => void) => {
  let was = isMouseEnabled(model.getState(), cockpit.getState());
  const update = (): void => {
    const on = isMouseEnabled(model.getState(), cockpit.getState());
    if (on === was) return;
    was = on;
    changed(on);
  };
  const stops = [model.subscribe(update), cockpit.subscribe(update)];
  return () => {
    for (const stop of stops) stop();
  };
};
