import { splitUse } from '../../domain/runbooks/operation.ts';
import type { VerifyStep } from '../../domain/runbooks/runbook.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import type { PendingRun, PendingStep } from '../context/pending-run.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { checkFeeds } from '../evidence/check-feeds.ts';
import {
  createSameSystem,
  decisiveFeeds,
  type FingerprintReader,
  questioned,
  readFingerprints,
  type SystemBaseline,
} from '../evidence/same-system.ts';
import { isChanging } from '../policy/danger.ts';
import { declaredSystemChanges } from './declared-system-changes.ts';

const actedSources = (steps: readonly PendingStep[]): ReadonlySet<string> =>
  new Set(steps.flatMap(({ act }) => (act !== undefined && isChanging(act.plan.danger) ? [act.source] : [])));

const verifiedSources = (
  { use, that = '' }: VerifyStep,
  { feeds, profile }: Pick<EnvironmentReader, 'feeds' | 'profile'>,
): readonly string[] => {
  if (use !== undefined) return [splitUse(use).source];
  const parsed = parseExpression(that);
  if (!parsed.ok) return [];
  const { expression } = parsed;
  return decisiveFeeds(expression, checkFeeds(expression, feeds, profile.signals)).map(
    ({ source }) => source,
  );
};

/** The sources that a run acts on, and those that its verification reads. */
export const involvedSources = (
  { steps, runbook: { verify } }: Pick<PendingRun, 'steps' | 'runbook'>,
  engine: Pick<EnvironmentReader, 'feeds' | 'profile'>,
): ReadonlySet<string> =>
  new Set([
    ...actedSources(steps),
    ...(verify === 'none' ? [] : verify.flatMap((step) => verifiedSources(step, engine))),
  ]);

/** Reads who answers at the sources that a run is about to act on. Never rejects. */
export const readActedSystems = (
  { steps }: Pick<PendingRun, 'steps'>,
  reader: FingerprintReader,
  signal: AbortSignal,
): Promise<SystemBaseline> =>
  readFingerprints(questioned(actedSources(steps), reader.clock.now()), reader, signal);

/**
 * Explains that a system that a run has acted on is another one since: a process that restarted by itself has lost what was changed in it,
 * and may look well for that reason, also to checks that read another source. Undefined: it is the same, or does not tell.
 */
export const actedSystemProblem = async (
  { steps, actedSystems: before }: Pick<PendingRun, 'steps' | 'actedSystems'>,
  reader: FingerprintReader,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (before === undefined) return undefined;
  const same = createSameSystem({ ...reader, before, changes: declaredSystemChanges(steps) });
  await same.read(questioned(before.keys(), reader.clock.now()), signal);
  for (const source of before.keys()) {
    const problem = same.difference(source);
    if (problem !== undefined) return `${source}, which the run has acted on: ${problem}`;
  }
  return undefined;
};
