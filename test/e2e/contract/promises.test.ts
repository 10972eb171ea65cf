import { describe } from 'vitest';
import { promises } from '../../contract/promises.ts';
import { processStages } from '../../contract/rigs.ts';

for (const stage of processStages) describe(stage.rig.type, () => promises(stage));
