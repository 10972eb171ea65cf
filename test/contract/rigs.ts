import type { Rig } from './rig.ts';
import { actuatorRig } from './rigs/actuator.ts';
import { httpRig } from './rigs/http.ts';

/** One rig per registered source type: a type without one fails the suite. */
export const rigs: readonly Rig[] = [actuatorRig, httpRig];
