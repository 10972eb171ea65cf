import type { SystemModel } from '../../model/system-model.ts';

/** Fields that hold a moment. */
const moments = new Set([
  'creationTimestamp',
  'deletionTimestamp',
  'startTime',
  'completionTime',
  'startedAt',
  'finishedAt',
  'lastTransitionTime',
  'lastUpdateTime',
  'firstTimestamp',
  'lastTimestamp',
]);

/** An object as JSON with its times on the caller's clock. */
export const render = (model: SystemModel, value: unknown): string =>
  JSON.stringify(value, (key, field: unknown) => {
    if (!moments.has(key) || typeof field !== 'string') return field;
    const at = Date.parse(field);
    return Number.isNaN(at) ? field : `${new Date(model.toClock(at)).toISOString().slice(0, 19)}Z`;
  });
