import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { derivedFromKinds, perKind } from '../../kinds/registry/registry.ts';
import { zCovers, zIdentifier, zTitle } from './words.ts';

const zWords = onFirstUse(() => z.string().default(''));

/** Schema of one severity. */
export const zSeverity = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier.meta({ description: 'name used by the system: P0' }),
    title: zTitle.optional(),
    rank: z.int().min(1).max(4).meta({ description: 'rank for sorting: 1 (worst) to 4' }),
    respond: zWords().meta({ description: 'expected response time: 15m, next business day' }),
    escalate: zWords().meta({ description: 'when to escalate, such as immediately or 30m' }),
    updateEvery: z
      .string()
      .min(1)
      .exactOptional()
      .meta({ description: 'time between updates for stakeholders, such as 30m' }),
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
    alerts: zByName().meta({ description: 'severity by alert name' }),
    labels: zByName().meta({ description: 'severity by the severity label of the alert' }),
    signals: z
      .record(z.string(), z.union([zId(), z.record(z.string(), zId())]))
      .default({})
      .meta({
        description:
          'severity by signal id: one severity, or one each for warn, crit and thresholds on the value',
        examples: [{ 'error.rate': { crit: 'P1', '>=100': 'P0' } }],
      }),
    kinds: z
      .strictObject(perKind(() => zByLevel().optional()))
      .prefault({})
      .meta({ description: 'severity by kind and level of the row' }),
    runbooks: zByName().meta({ description: 'by runbook id: severity of the handled incident' }),
    levels: zByLevel().default({}).meta({ description: 'default severity' }),
  }),
);
