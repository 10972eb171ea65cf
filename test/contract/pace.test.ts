import { describe } from 'vitest';
import { openFronted } from '../../src/testing/source-contract.ts';
import { sampled } from '../support/layer.ts';
import { pacePromises } from './pace.ts';
import { rigs, stages } from './rigs.ts';

const sample: ReadonlySet<string> = new Set(['pagerduty', 'file']);

for (const rig of sampled(rigs, ({ type }) => sample.has(type)))
  describe(rig.type, () => pacePromises(openFronted(rig)));
for (const stage of sampled(stages, ({ rig }) => sample.has(rig.type)))
  describe(stage.rig.type, () => pacePromises(stage));
