import type { StoreApi } from 'zustand/vanilla';
import { defaultSettings } from '../../../domain/profile/settings.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { UiStore } from '../contract/model.ts';

/**
 * Calls `ask` as soon as the settings are known and the theme depends on the background of the terminal: a terminal is not
 * asked for a theme that states its colors. Returns an unsubscribe function.
 */
export const askWhenNeeded = (
  cockpit: StoreApi<CockpitState>,
  model: UiStore,
  isNeeded: (tried: ReturnType<UiStore['getState']>['theme']) => boolean,
  ask: () => void,
): (() => void) => {
  const check = (): void => {
    // The defaults are replaced when config.yaml has been read.
    if (cockpit.getState().settings === defaultSettings || !isNeeded(model.getState().theme)) return;
    stop();
    ask();
  };
  const stops = [cockpit.subscribe(check), model.subscribe(check)];
  const stop = (): void => {
    for (const unsubscribe of stops) unsubscribe();
  };
  check();
  return stop;
};
