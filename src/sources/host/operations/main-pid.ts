import { PlanError } from '../../../domain/plan-error.ts';
import { showUnits, unitNamed } from '../feeds/look.ts';
import { unitsIn } from '../parse/units.ts';
import { outOf } from '../parse/words.ts';
import type { HostParts } from '../parts.ts';
import { ask } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';

/** An argument that stands for the main process of a unit. */
const placeholder = '{pid}';

/** A machine by the name that it calls itself, and the main process of a unit where one is asked for. */
export interface Identity {
  readonly node: string;
  readonly pid?: number;
}

/** Who answers there, and which process a unit has now. Throws WireError, and PlanError where the unit has none. */
export const identityOf = async (
  parts: HostParts,
  machine: Machine,
  unit: string | undefined,
  signal: AbortSignal,
): Promise<Identity> => {
  const commands = [['uname', '-n'], ...(unit === undefined ? [] : [showUnits([unit])])];
  const [name, shown] = (await ask(parts, machine, commands, signal)).all;
  const node = outOf(name).trim();
  if (unit === undefined) return { node };
  const pid = unitNamed({ units: unitsIn(outOf(shown)) }, unit)?.mainPid;
  if (pid === undefined)
    throw new PlanError('not-applicable', `${unit} of ${machine.name} has no process: it does not run`);
  return { node, pid };
};

/** The argv with the process id in the place of `{pid}`. */
export const withPid = (argv: readonly string[], { pid }: Identity): readonly string[] =>
  argv.map((one) => (one === placeholder && pid !== undefined ? String(pid) : one));

/** What pins a machine, and its unit's process. */
export const identityUid = (machine: Machine, { node, pid }: Identity): string =>
  `${machine.address}#${node}${pid === undefined ? '' : `/${pid}`}`;

/** The same in words. */
export const identityWords = ({ node, pid }: Identity): string =>
  `a machine that calls itself ${node}${pid === undefined ? '' : `, pid ${pid}`}`;
