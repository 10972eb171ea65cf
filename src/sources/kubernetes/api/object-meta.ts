import { defined } from '../../../domain/base/defined.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { entries, field, list, text } from '../../kit/values/wire-value.ts';
import type { ObjectLabels } from './string-pool.ts';

/** Identity of an object. */
interface ObjectMeta {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
}

/** Parses the metadata. Throws WireError `malformed` for anything but a Kubernetes object. */
export const parseMeta = (raw: unknown): ObjectMeta => {
  const metadata = field(raw, 'metadata');
  const name = text(field(metadata, 'name'));
  const uid = text(field(metadata, 'uid'));
  if (name === undefined)
    throw new WireError(
      'malformed',
      'an object in the list has no name: check that the address is a Kubernetes API server',
    );
  return { name, uid: uid ?? '', namespace: text(field(metadata, 'namespace')) ?? '' };
};

export const parseLabels = (value: unknown): ObjectLabels =>
  Object.fromEntries(
    entries(value).flatMap(([name, item]) => (typeof item === 'string' ? [[name, item]] : [])),
  );

/** One entry of `status.conditions`: 'Available' → { status: 'True', … }. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Time of the last transition, as the API writes it. */
  readonly since?: string;
}

export const parseConditions = (raw: unknown): readonly Condition[] =>
  list(field(field(raw, 'status'), 'conditions')).flatMap((value) => {
    const type = text(field(value, 'type'));
    if (type === undefined) return [];
    const [status = '', reason = '', message = ''] = ['status', 'reason', 'message'].map((name) =>
      text(field(value, name)),
    );
    const since = text(field(value, 'lastTransitionTime'));
    return [{ type, status, reason, message, ...defined({ since }) }];
  });

/** Owner of an object: short kind and name. */
interface OwnerRef {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export const controllerRef = (raw: unknown): OwnerRef | undefined => {
  const refs = list(field(field(raw, 'metadata'), 'ownerReferences'));
  const ref = refs.find((candidate) => field(candidate, 'controller') === true) ?? refs[0];
  const kind = text(field(ref, 'kind'));
  const name = text(field(ref, 'name'));
  return kind === undefined || name === undefined
    ? undefined
    : { kind, name, uid: text(field(ref, 'uid')) ?? '' };
};

/** Finalizers that keep an object that is being deleted; a namespace has some in its spec. */
export const finalizersOf = (raw: unknown): readonly string[] =>
  [
    ...list(field(field(raw, 'metadata'), 'finalizers')),
    ...list(field(field(raw, 'spec'), 'finalizers')),
  ].flatMap((name) => text(name) ?? []);
