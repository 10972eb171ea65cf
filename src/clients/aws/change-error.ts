import type { FaultKind } from '../../domain/base/fault.ts';
import { ChangeError, RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

/** Refusals of a service or of the credentials: nothing was changed. */
const refusals: ReadonlySet<FaultKind> = new Set(['denied', 'missing', 'throttled', 'unconfigured']);

/** Converts an error of a change: a refused one has changed nothing. */
export const refusedChange = (error: unknown): unknown => {
  if (!(error instanceof WireError) || !(refusals.has(error.kind) || error.isUnsent)) return error;
  const remedy = error instanceof RemediedError ? error.remedy : undefined;
  return new ChangeError(error.kind, error.message, { outcome: 'nothing', remedy, cause: error });
};
