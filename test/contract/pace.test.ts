import { describe } from 'vitest';
import { openFronted } from '../../src/testing/source-contract.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { pacePromises } from './pace.ts';
import { rigs, stages } from './rigs.ts';

for (const rig of sampled(rigs, everyNth(8))) describe(rig.type, () => pacePromises(openFronted(rig)));
for (const stage of sampled(stages, everyNth(8))) describe(stage.rig.type, () => pacePromises(stage));
