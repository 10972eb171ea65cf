import type { Drift, Target } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import type { KubeClient } from '../client.ts';
import { metaOf } from '../meta.ts';

/** The uid of what is not there yet. */
export const noUid = 'none yet';

/** Reads a pinned target again: undefined when it is the same object and shows the same value. Throws WireError. */
export const driftOf = async (
  client: KubeClient,
  { name, uid, saw }: Target,
  look: string,
  signal: AbortSignal,
  sees: (raw: unknown) => string,
): Promise<Drift | undefined> => {
  const raw = await ifThere(client, look, signal);
  const drift = (found: string): Drift => ({ target: name, planned: saw, found });
  if (raw === undefined) return uid === noUid ? undefined : drift('it is not there any more');
  if (uid === noUid) return drift('it is there by now');
  if (metaOf(raw).uid !== uid) return drift('another object of the same name');
  const now = sees(raw);
  return now === saw ? undefined : drift(now);
};

/** An object, or undefined when it is not there. Throws WireError. */
export const ifThere = async (client: KubeClient, path: string, signal: AbortSignal): Promise<unknown> => {
  try {
    return await client.get(path, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};
