import { z } from 'zod';
import { derivedFromKinds, perKind } from '../../kinds/registry.ts';
import { zCovers, zIdentifier, zTitle } from './words.ts';

const zWords = z.string().default('');

/** One degree of urgency. */
export const zSeverity = z.strictObject({
  id: zIdentifier.meta({ description: 'as the system calls it: P0' }),
  title: zTitle.optional(),
  rank: z.int().min(1).max(4).meta({ description: '1 (the worst) to 4: what sorts' }),
  respond: zWords.meta({ description: 'how soon somebody answers: 15m, next business day' }),
  escalate: zWords.meta({ description: 'when the next rung is told: immediately, 30m' }),
  examples: z.array(z.string().min(1)).default([]),
  covers: zCovers,
});

const zId = z.string().min(1).meta({ description: 'the id of a severity' });
const zByName = z.record(z.string(), zId).default({});
const zByLevel = z.strictObject({ warn: zId.optional(), crit: zId.optional() });

/** What has which severity. */
export const zSeverityOf = derivedFromKinds(() =>
  z.strictObject({
    alerts: zByName.meta({ description: 'by name' }),
    labels: zByName.meta({ description: 'of alerts, by what their label severity says' }),
    signals: z
      .record(z.string(), z.union([zId, z.record(z.string(), zId)]))
      .default({})
      .meta({
        description: 'by id: one severity, or one for each of warn, crit and bounds on the value',
        examples: [{ 'error.rate': { crit: 'P1', '>=100': 'P0' } }],
      }),
    kinds: z
      .strictObject(perKind(() => zByLevel.optional()))
      .prefault({})
      .meta({ description: 'of rows, by kind and level' }),
    runbooks: zByName.meta({ description: 'of the incident that a runbook is for, by its id' }),
    levels: zByLevel.default({}).meta({ description: 'of whatever nothing else is said of' }),
  }),
);
