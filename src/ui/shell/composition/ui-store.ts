import { createStore } from 'zustand/vanilla';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { Features } from '../contract/features.ts';
import { freshCard, type UiState, type UiStore } from '../contract/model.ts';
import { emptyNavigationHistory } from '../contract/navigation-history.ts';
import { noOverlay } from '../contract/overlay.ts';

/** Creates the screen state with its defaults and those of the features. */
export const createUiStore = (
  { panes, initialState }: Features,
  { focus = panes.initial.id, shared = false }: { readonly focus?: PaneId; readonly shared?: boolean } = {},
): UiStore =>
  createStore<UiState>()(() => ({
    ...initialState,
    place: 'overview',
    focus,
    panes: {},
    isFiltering: false,
    overlay: noOverlay,
    card: freshCard,
    shared,
    history: emptyNavigationHistory,
    navigationCount: 0,
    changes: {},
  }));
