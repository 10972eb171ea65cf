import { describe } from 'vitest';
import { httpPromises } from '../../src/testing/source-contract.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { promises } from './promises.ts';
import { rigs, stages } from './rigs.ts';
import { moduleOf } from './wired.ts';

for (const rig of sampled(rigs, everyNth(2))) describe(rig.type, () => httpPromises(rig, moduleOf(rig.type)));
for (const stage of sampled(stages, everyNth(2))) describe(stage.rig.type, () => promises(stage));
