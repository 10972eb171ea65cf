import { z } from 'zod';
import type { Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import type { HostParts } from '../parts.ts';
import type { Machine } from '../ssh/machine.ts';

/** The parameter that says which machine; it may be left out where there is only one. */
export const zHost = z
  .string()
  .min(1)
  .meta({ description: 'which host; may be left out where there is one' })
  .exactOptional();

const names = (parts: HostParts): string => parts.machines.map(({ name }) => name).join(', ');

const named = (parts: HostParts, host: string): Machine => {
  const found = parts.machines.find(({ name, address }) => name === host || address === host);
  if (found !== undefined) return found;
  throw new PlanError('not-applicable', `${parts.source} has no host "${host}"; it has ${names(parts)}`);
};

/** The one machine that an operation is for. Throws PlanError. */
export const machineFor = (parts: HostParts, host: string | undefined): Machine => {
  if (host !== undefined) return named(parts, host);
  const [only, ...others] = parts.machines;
  if (only !== undefined && others.length === 0) return only;
  throw new PlanError('not-applicable', `say which host: ${names(parts)}`);
};

/** The machines that a reading operation asks: the one that is named, or all. Throws PlanError. */
export const machinesFor = (parts: HostParts, host: string | undefined): readonly Machine[] =>
  host === undefined ? parts.machines : [named(parts, host)];

export const whereWords = ({ name, address }: Machine): string =>
  address === '' || address === name ? name : `${name} (${address})`;

/** The machine that a plan was made for. */
export const machineAt = (parts: HostParts, target: Target | undefined): Machine => {
  const found = parts.machines.find((machine) => whereWords(machine) === target?.where);
  if (found === undefined) throw new Error(`${target?.where} is not a host of this source`);
  return found;
};
