import { describe } from 'vitest';
import { httpPromises } from '../../src/testing/source-contract.ts';
import { promises } from './promises.ts';
import { rigs, stages } from './rigs.ts';
import { moduleOf } from './wired.ts';

for (const rig of rigs) describe(rig.type, () => httpPromises(rig, moduleOf(rig.type)));
for (const stage of stages) describe(stage.rig.type, () => promises(stage));
