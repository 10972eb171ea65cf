import { refusalOf } from '../checks/continuous-checks.ts';
import { permissionCheck } from '../checks/permission.ts';
import { changingActsOf } from '../context/check-parts.ts';
import type { RunRequest } from '../context/executor-api.ts';
import { type ProposalParts, planAll } from './propose.ts';

/**
 * Plans a run to learn why it could not be carried out: an object that is not there, no earlier revision, a fixed host port, a
 * limit that is reached, a call that is not permitted. A source that cannot be read says nothing about the run, and neither
 * does an expired login, which can be renewed.
 */
export const findObstacle = async (
  request: Pick<RunRequest, 'runbook' | 'params'>,
  parts: ProposalParts,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { steps, refusal } = await planAll(request, parts, signal);
  if (signal.aborted || refusal?.login !== undefined || refusal?.ending === 'failed') return undefined;
  if (refusal !== undefined) return refusal.why;
  const permissions = await permissionCheck({ acts: changingActsOf(steps) }, parts.clock, signal);
  return signal.aborted ? undefined : refusalOf(permissions, parts.engine.profile)?.why;
};
