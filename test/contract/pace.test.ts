import { describe } from 'vitest';
import { openFronted } from '../../src/testing/source-contract.ts';
import { pacePromises } from './pace.ts';
import { rigs, stages } from './rigs.ts';

for (const rig of rigs) describe(rig.type, () => pacePromises(openFronted(rig)));
for (const stage of stages) describe(stage.rig.type, () => pacePromises(stage));
