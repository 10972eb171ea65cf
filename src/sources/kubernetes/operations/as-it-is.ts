import { PlanError } from '../../../domain/plan-error.ts';
import { isAltered } from '../../../platform/terminal/sanitize.ts';

/**
 * What was read and is to be sent back. Control characters are taken out of all that is read (a carriage return in a script,
 * a colour in a message), so that what holds some would come back as another. Throws PlanError then.
 */
export const asItIs = <T>(value: T, what: string, instead: string): T => {
  if (!isAltered(value)) return value;
  throw new PlanError(
    'failed',
    `${what} holds control characters, which opsdeck does not read: it would send another one. Use ${instead}`,
  );
};
