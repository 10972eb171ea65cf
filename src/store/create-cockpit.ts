import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CockpitState } from './cockpit.ts';

export type CockpitStore = StoreApi<CockpitState>;

/** What the cockpit shows besides facts, before anything is open. Changed by the controller behind the keys. */
export const createCockpit = (): CockpitStore =>
  createStore<CockpitState>()(() => ({
    environments: [],
    arming: { readOnly: false },
    suggestions: [],
    ended: [],
    messages: [],
    journal: [],
    notes: {},
  }));
