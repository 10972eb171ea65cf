import { describe } from 'vitest';
import { pacePromises } from '../../contract/pace.ts';
import { processStages } from '../../contract/rigs.ts';
import { timeout } from './limit.ts';

for (const stage of processStages) describe(stage.rig.type, { timeout }, () => pacePromises(stage));
