import { createStore, type StoreApi } from 'zustand/vanilla';
import { defaultSettings } from '../domain/settings.ts';
import type { CockpitState } from './cockpit.ts';

export type CockpitStore = StoreApi<CockpitState>;

/** What the cockpit shows besides facts, before anything is open. Changed by the controller behind the keys. */
export const createCockpit = (): CockpitStore =>
  createStore<CockpitState>()(() => ({
    settings: defaultSettings,
    environments: [],
    arming: { readOnly: false },
    suggestions: [],
    ended: [],
    messages: [],
    criticals: [],
    journal: [],
    notes: {},
  }));
