import type { Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import { WireError } from '../../../platform/failures.ts';
import { field, text } from '../../wire-value.ts';
import { type Kind, objectNamed, objectPath } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';

/** One GET, and what it is about. */
export interface Asked {
  readonly path: string;
  readonly target: Target;
}

/** Where an operation looks that names no namespace. Throws WireError. */
export const namespaceFor = async (
  parts: KubeParts,
  given: string | undefined,
  signal: AbortSignal,
): Promise<string> => {
  if (given !== undefined) return given;
  const [first = 'default'] = await namespacesRead(parts, signal);
  if (first === '*') throw new PlanError('failed', 'this source reads all namespaces: say namespace:');
  return first;
};

/** What could not be read is no plan; what is not there is not applicable. */
export const noPlan = ({ client }: KubeParts, path: string, error: unknown): PlanError => {
  const ending = error instanceof WireError && error.kind === 'missing' ? 'not-applicable' : 'failed';
  return new PlanError(ending, client.fault(path, error).message, { cause: error });
};

export interface FoundObject {
  readonly kind: Kind;
  readonly namespace: string;
  readonly path: string;
  readonly raw: unknown;
  readonly asked: Asked;
}

/** Reads an object afresh and pins it by its uid. Throws WireError, `missing` when it is not there. */
export const findObject = async (
  parts: KubeParts,
  object: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<FoundObject> => {
  const named = objectNamed(object);
  if (named === undefined) throw new PlanError('failed', `"${object}" is no object`);
  const namespace = named.kind.isNamespaced ? await namespaceFor(parts, given, signal) : '*';
  const path = objectPath(named.kind, namespace, named.name);
  const raw = await parts.client.get(path, signal).catch((error: unknown) => {
    throw noPlan(parts, path, error);
  });
  const { name, uid } = metaOf(raw);
  const where = namespace === '*' ? 'the cluster' : `namespace ${namespace}`;
  const saw = `version ${text(field(field(raw, 'metadata'), 'resourceVersion')) ?? 'unknown'}`;
  return { kind: named.kind, namespace, path, raw, asked: { path, target: { name, uid, saw, where } } };
};

/** Events of one object. Source: core/v1 Event, field selectors. */
export const eventsPath = (kind: Kind, namespace: string, name: string): string => {
  const of = `involvedObject.kind=${kind.kind},involvedObject.name=${name}`;
  const root =
    namespace === '*' ? '/api/v1/events' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  return `${root}?${new URLSearchParams({ fieldSelector: of }).toString()}`;
};
