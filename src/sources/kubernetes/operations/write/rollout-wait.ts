import type { Millis } from '../../../../domain/base/fault.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { formatDuration, parseDuration } from '../../../../domain/text/duration.ts';
import type { Clock } from '../../../../platform/runtime/clock.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { field, number } from '../../../kit/values/wire-value.ts';
import { parseObjectRef } from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import { parseConditions } from '../../api/object-meta.ts';
import { deliveryProgress } from '../../delivery/delivery-progress.ts';
import { rolloutParsers } from './rollout.ts';
import type { AwaitedObject } from './write-planner.ts';

const pollIntervalMs = 1000;

/** Progress of a rollout or job. */
interface RolloutProgress {
  readonly is: 'going' | 'done' | 'failed';
  readonly words: string;
}

/** Progress of a job: done when it is Complete, failed when it is Failed. */
const jobProgress = (raw: unknown): RolloutProgress => {
  const is = (type: string) =>
    parseConditions(raw).find((condition) => condition.type === type && condition.status === 'True');
  const failed = is('Failed');
  if (failed !== undefined)
    return { is: 'failed', words: `failed: ${failed.reason} ${failed.message}`.trim() };
  if (is('Complete') !== undefined) return { is: 'done', words: 'complete' };
  const active = number(field(field(raw, 'status'), 'active')) ?? 0;
  return { is: 'going', words: active === 0 ? 'the rollout has not started' : 'running' };
};

/** A status that the controller has not updated yet describes the previous spec. */
const isObserved = (raw: unknown): boolean =>
  (number(field(field(raw, 'status'), 'observedGeneration')) ?? 0) >=
  (number(field(field(raw, 'metadata'), 'generation')) ?? 0);

/** Progress of a rollout or job; undefined for any other kind. */
export const rolloutProgress = (object: string, raw: unknown): RolloutProgress | undefined => {
  const word = parseObjectRef(object)?.kind.singular ?? '';
  if (word === 'job') return jobProgress(raw);
  const rollout = rolloutParsers[word]?.(raw);
  if (rollout === undefined) return undefined;
  const { isDone, status, updated, wanted, available, detail } = rollout;
  const words = `${updated} of ${wanted} pods updated, ${available} available`;
  if (!isObserved(raw)) return { is: 'going', words: 'the rollout has not started' };
  if (isDone) return { is: 'done', words };
  if (status.startsWith('stuck')) return { is: 'failed', words: `${status}: ${detail ?? words}` };
  return { is: 'going', words };
};

/**
 * Reports the progress of each object until it is done, has failed or the time is over. An unfinished object makes the
 * result fail, so that no later step runs.
 */
export async function* waitForRollouts(
  client: KubeClient,
  awaited: readonly AwaitedObject[],
  wait: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const startedAt = clock.now();
  const until = startedAt + (parseDuration(wait) ?? 0);
  for (const awaitedObject of awaited) {
    const end = yield* waitForRollout(client, awaitedObject, clock, until, signal);
    if (end === undefined) return;
    const took = formatDuration(Math.round((clock.now() - startedAt) / 1000) * 1000);
    const ok = end.is === 'done';
    const status = ok
      ? `complete after ${took}`
      : end.is === 'going'
        ? `the rollout is not complete after ${took}: ${end.words}`
        : end.words;
    yield { is: 'answered', line: `waiting for ${awaitedObject.object}`, status, ok, waited: true };
    if (!ok) return;
  }
}

/** Returns the last progress; undefined when the signal has aborted. */
async function* waitForRollout(
  client: KubeClient,
  awaited: AwaitedObject,
  clock: Clock,
  until: Millis,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, RolloutProgress | undefined, undefined> {
  const { object } = awaited;
  let lastReported = '';
  for (;;) {
    const now = await readProgress(client, awaited, signal);
    if (signal.aborted) return undefined;
    if (now.words !== lastReported) yield { is: 'output', text: `${object}: ${now.words}` };
    lastReported = now.words;
    if (now.is !== 'going' || clock.now() >= until) return now;
    await clock.sleep(pollIntervalMs, signal);
  }
}

/** Reads the progress once. A failed read does not make the action fail. */
const readProgress = async (
  client: KubeClient,
  { object, path, pods, since = '' }: AwaitedObject,
  signal: AbortSignal,
): Promise<RolloutProgress> => {
  try {
    const raw = await client.get(path, signal);
    const progress = deliveryProgress(object, raw, since) ??
      rolloutProgress(object, raw) ?? {
        is: 'done',
        words: 'no rollout',
      };
    if (progress.is !== 'done' || pods === undefined) return progress;
    // The status does not count terminating pods, whose processes may work until the end of their grace period.
    const left = parseListChunk(await client.get(pods, signal)).items.length;
    return left === 0 ? progress : { is: 'going', words: `${left} pods terminating` };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { is: 'going', words: `opsdeck cannot read the workload: ${error.message}` };
  }
};
