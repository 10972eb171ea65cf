import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { derivedFromKinds, perKind } from '../../kinds/registry/registry.ts';
import { zCovers, zIdentifier, zTitle } from './words.ts';

const zWords = onFirstUse(() => z.string().default(''));

/** Schema of one severity. */
export const zSeverity = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier.meta({ description: 'name of the severity, such as P0' }),
    title: zTitle.optional(),
    rank: z.int().min(1).max(4).meta({ description: 'order of the severities, from 1 (worst) to 4' }),
    respond: zWords().meta({ description: 'expected response time: 15m, next business day' }),
    escalate: zWords().meta({
      description: 'when to escalate an incident of this severity, such as immediately or 30m',
    }),
    updateEvery: z
      .string()
      .min(1)
      .exactOptional()
      .meta({ description: 'how often stakeholders get an update, such as 30m' }),
    examples: z.array(z.string().min(1)).default([]),
    covers: zCovers,
  }),
);

const zId = onFirstUse(() => z.string().min(1).meta({ description: 'severity id' }));
const zByName = onFirstUse(() => z.record(z.string(), zId()).default({}));
const zByLevel = onFirstUse(() => z.strictObject({ warn: zId().optional(), crit: zId().optional() }));

/** Schema of the assignment of severities. */
export const zSeverityOf = derivedFromKinds(() =>
  z.strictObject({
    alerts: zByName().meta({ description: 'which severity an alert has, by the name of the alert' }),
    labels: zByName().meta({
      description: 'the value of the severity label decides which severity an alert has',
    }),
    signals: z
      .record(z.string(), z.union([zId(), z.record(z.string(), zId())]))
      .default({})
      .meta({
        description:
          'which severity a signal has, by the id of the signal: one severity, or one each for warn, crit and thresholds on the value',
        examples: [{ 'error.rate': { crit: 'P1', '>=100': 'P0' } }],
      }),
    kinds: z
      .strictObject(perKind(() => zByLevel().optional()))
      .prefault({})
      .meta({ description: 'the kind and the level of a row decide the severity' }),
    runbooks: zByName().meta({
      description: 'which severity an incident has that a runbook handles, by the id of the runbook',
    }),
    levels: zByLevel().default({}).meta({ description: 'default severity' }),
  }),
);
