import { describe } from 'vitest';
import { pacePromises } from '../../contract/pace.ts';
import { processStages } from '../../contract/rigs.ts';

/** Only ends a test that hangs, in ms: in simulated time, but each read of a host starts a program, which takes as long as the machine does. */
const timeout = 180_000;

for (const stage of processStages) describe(stage.rig.type, { timeout }, () => pacePromises(stage));
