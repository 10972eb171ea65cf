import { describe } from 'vitest';
import { httpPromises } from '../../src/testing/source-contract.ts';
import { sampled } from '../support/layer.ts';
import { promises } from './promises.ts';
import { rigs, stages } from './rigs.ts';
import { moduleOf } from './wired.ts';

/**
 * The types that `test:e2e` alone tests here. Those of `npm test` are the cheapest of each kind (a list, an API that is changed,
 * a text, any address, a wire of its own), and every new one.
 */
const longTypes: ReadonlySet<string> = new Set(
  `actuator alertmanager aws docker github kafka kubernetes loki mongodb postgres prometheus redis slack`.split(
    ' ',
  ),
);

for (const rig of sampled(rigs, ({ type }) => !longTypes.has(type)))
  describe(rig.type, () => httpPromises(rig, moduleOf(rig.type)));
for (const stage of sampled(stages, ({ rig }) => !longTypes.has(rig.type)))
  describe(stage.rig.type, () => promises(stage));
