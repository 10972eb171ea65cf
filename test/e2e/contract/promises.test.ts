import { describe } from 'vitest';
import { promises } from '../../contract/promises.ts';
import { processStages } from '../../contract/rigs.ts';
import { timeout } from './limit.ts';

for (const stage of processStages) describe(stage.rig.type, { timeout }, () => promises(stage));
