import type { Model } from '../../../model.ts';
import type { LogLook } from '../look.ts';

/** Changes how lines are looked at. */
export const changeLook = (model: Model, change: Partial<LogLook>): void =>
  model.setState(({ logs }) => ({ logs: { ...logs, ...change } }));
