import type { UiStore } from '../../shell/contract/model.ts';

const recentKept = 8;

/** Records a used item as the newest one. */
export const rememberItem = (model: UiStore, id: string): void =>
  model.setState((s) => ({
    recentItems: [id, ...s.recentItems.filter((other) => other !== id)].slice(0, recentKept),
  }));
