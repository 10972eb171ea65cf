import type { SystemSpec } from './model/spec/system-spec.ts';
import { demo } from './systems/demo.ts';
import { eventBus } from './systems/event-bus.ts';
import { eventProcessing } from './systems/event-processing.ts';
import { eventmesh } from './systems/eventmesh.ts';
import { saga } from './systems/saga.ts';
import { trading } from './systems/trading.ts';

const specs: readonly SystemSpec[] = [demo, eventBus, eventProcessing, eventmesh, saga, trading];

/** Available systems by name. */
export const simulatedSystems: readonly string[] = specs.map((spec) => spec.name);

/** A system as data. Throws for a name that is not in `simulatedSystems`. */
export const systemSpec = (name: string): SystemSpec => {
  const spec = specs.find((candidate) => candidate.name === name);
  if (spec !== undefined) return spec;
  throw new Error(`unknown simulator "${name}"; available: ${simulatedSystems.join(', ')}`);
};

/** Environments of a system, in promotion order. */
export const simulatedEnvironments = (system: string): readonly string[] =>
  systemSpec(system).environments.map((environment) => environment.name);
