import { describe } from 'vitest';
import { httpPromises } from '../../src/testing/source-contract.ts';
import { sampled } from '../support/layer.ts';
import { promises } from './promises.ts';
import { rigs, stages } from './rigs.ts';
import { moduleOf } from './wired.ts';

/** The cheapest of each kind: a list, an API that is changed, a text, any address, and a wire of its own. */
const sample: ReadonlySet<string> = new Set(['grafana', 'pagerduty', 'promtext', 'http', 'file']);

for (const rig of sampled(rigs, ({ type }) => sample.has(type)))
  describe(rig.type, () => httpPromises(rig, moduleOf(rig.type)));
for (const stage of sampled(stages, ({ rig }) => sample.has(rig.type)))
  describe(stage.rig.type, () => promises(stage));
