import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { type ApiResource, apiResources, listPath, objectPath } from '../api/api-resources.ts';
import { listAll } from '../api/list-watch.ts';
import { parseMeta } from '../api/object-meta.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import { deletionState, type ObjectState } from '../object/object-state.ts';
import { isNotServed } from './delivery.ts';
import { judgeObjects, type ListedObjects, type ObjectKind, objectPlurals } from './judge-objects.ts';
import { missingRights } from './node-usage.ts';
import { joinAlikeFaults, kubeFeed } from './resource-feed.ts';

/** The states last for minutes. Eight lists in eight minutes are one request per minute. */
const objectsEveryMs = 480_000;

interface ObjectList {
  readonly kind: ObjectKind;
  readonly items: readonly unknown[];
  readonly fault?: Fault;
}

const listObjects = async (
  { client }: KubeParts,
  kind: ObjectKind,
  path: string,
  signal: AbortSignal,
): Promise<ObjectList> => {
  const items: unknown[] = [];
  try {
    const into = {
      begin: () => void items.splice(0),
      take: (chunk: readonly unknown[]) => {
        for (const raw of chunk) parseMeta(raw);
        items.push(...chunk);
      },
    };
    await listAll(client, path, {}, into, (ask) => ask(signal));
    return { kind, items };
  } catch (error) {
    // A cluster that does not serve a kind has no objects of it.
    return isNotServed(error) ? { kind, items: [] } : { kind, items: [], fault: client.fault(path, error) };
  }
};

/** A login that is limited to namespaces may read its own ones, and not list them. */
const readNamespace = async (
  { client }: KubeParts,
  namespace: string,
  signal: AbortSignal,
): Promise<ObjectList> => {
  const path = objectPath(apiResources.namespace, '', namespace);
  try {
    const raw = await client.get(path, signal);
    parseMeta(raw);
    return { kind: 'namespace', items: [raw] };
  } catch (error) {
    return isNotServed(error)
      ? { kind: 'namespace', items: [] }
      : { kind: 'namespace', items: [], fault: client.fault(path, error) };
  }
};

const claimNamespaceOf = (raw: unknown): string =>
  text(field(field(field(raw, 'spec'), 'claimRef'), 'namespace')) ?? '';

/** Lists the volumes of the claims of these namespaces. They belong to the cluster: no list where a login for namespaces may not list them. */
const listVolumes = async (
  parts: KubeParts,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<readonly ObjectList[]> => {
  const list = await listObjects(parts, 'pv', listPath(objectPlurals.pv, '*'), signal);
  if (namespaces.includes('*')) return [list];
  return list.fault?.kind === 'denied'
    ? []
    : [{ ...list, items: list.items.filter((raw) => namespaces.includes(claimNamespaceOf(raw))) }];
};

/** Joins the missing permissions to one: a line for each of seven kinds would hide the rows. */
const joinDenied = (denied: readonly Fault[], kinds: readonly ObjectKind[]): readonly Fault[] => {
  const [first] = denied;
  const plurals = [...new Set(kinds)].map((kind) => objectPlurals[kind].plural).join(', ');
  return first === undefined
    ? []
    : [
        {
          ...first,
          message: `the login may not list ${plurals}, so opsdeck does not show the problems of these objects`,
          remedy: 'request the right to list them, or remove objects from facts of the source',
        },
      ];
};

const rowOf = (
  { source, client }: KubeParts,
  kind: ObjectKind,
  raw: unknown,
  { status, overdue, detail }: ObjectState,
): Workload => {
  const { name, namespace, uid } = parseMeta(raw);
  return {
    source,
    at: client.now(),
    kind,
    ...(uid === '' ? {} : { uid }),
    namespace: kind === 'namespace' ? name : kind === 'pv' ? claimNamespaceOf(raw) : namespace,
    name,
    owner: '',
    node: '',
    status,
    ...defined({ overdue }),
    ...(detail === undefined || detail === '' ? {} : { detail }),
  };
};

/** The lists without which nothing shows that an object of a kind has no problem. */
const listsFor = (kind: ObjectKind): readonly (keyof typeof objectPlurals)[] =>
  kind === 'service' ? [kind, 'endpointslice'] : kind === 'ingress' ? [kind, 'service'] : [kind];

/**
 * Claims, volumes, services, ingresses, cron jobs, autoscalers, disruption budgets and namespaces that have a problem, or had one
 * since the source was opened: the row of one that has recovered says so. Where a list fails, the rows that need it stay
 * as they were read before. A permission that the profile does not require is unavailable, and no fault.
 */
export const podlessObjectsFeed = (parts: KubeParts): Feed => {
  const { client, config } = parts;
  /** The rows of the latest reading, by object. */
  let known: ReadonlyMap<string, Workload> = new Map();
  const keyOf = (kind: ObjectKind, raw: unknown): string => {
    const { namespace, name, uid } = parseMeta(raw);
    return [kind, namespace, name, uid].join(' ');
  };
  const ageOf = (timestamp: unknown): number | undefined => {
    const time = client.toClock(timestamp);
    return time === undefined ? undefined : client.now() - time;
  };
  const readLists = async (signal: AbortSignal): Promise<readonly ObjectList[]> => {
    const namespaces = await resolveNamespaces(parts, signal);
    const kinds = Object.entries(objectPlurals) as readonly (readonly [ObjectKind, ApiResource])[];
    const lists = namespaces.flatMap((namespace) =>
      kinds
        .filter(([kind]) => kind !== 'pv')
        .map(([kind, resource]) =>
          kind === 'namespace' && namespace !== '*'
            ? readNamespace(parts, namespace, signal)
            : listObjects(parts, kind, listPath(resource, namespace), signal),
        ),
    );
    const [objects, volumes] = await Promise.all([
      Promise.all(lists),
      listVolumes(parts, namespaces, signal),
    ]);
    return [...objects, ...volumes];
  };
  /** `isOpen`: true for a kind of which nothing shows that a problem has ended. */
  const rowsIn = async (
    listed: ListedObjects,
    isOpen: (kind: ObjectKind) => boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Workload>> => {
    const rows = new Map<string, Workload>();
    for (const { kind, raw, state: own } of await judgeObjects(parts, listed, ageOf, signal)) {
      const state = deletionState(raw, ageOf) ?? own;
      const key = keyOf(kind, raw);
      if (state.isProblem === true || (known.has(key) && !isOpen(kind)))
        rows.set(key, rowOf(parts, kind, raw, state));
    }
    for (const [key, row] of known) if (isOpen(row.kind as ObjectKind) && !rows.has(key)) rows.set(key, row);
    return rows;
  };
  const read = async (signal: AbortSignal): Promise<Reading<AnyFact>> => {
    const lists = await readLists(signal).catch((error: unknown) =>
      client.fault(listPath(apiResources.service, '*'), error),
    );
    if ('message' in lists) return { items: [...known.values()], faults: [lists] };
    const failed = lists.flatMap(({ fault }) => fault ?? []);
    const missing = config.facts === undefined ? missingRights(failed) : { faults: failed, unavailable: [] };
    const deniedKinds = lists.filter(
      ({ fault }) => fault !== undefined && missing.unavailable.includes(fault),
    );
    const listed: ListedObjects = {
      of: (kind) => lists.filter((each) => each.kind === kind).flatMap(({ items }) => [...items]),
      isComplete: (kind) => lists.every((each) => each.kind !== kind || each.fault === undefined),
    };
    const failedKinds = new Set<string>(
      lists.flatMap(({ kind, fault }) =>
        fault !== undefined && missing.faults.includes(fault) ? [kind] : [],
      ),
    );
    known = await rowsIn(listed, (kind) => listsFor(kind).some((needed) => failedKinds.has(needed)), signal);
    const unavailable = joinDenied(
      missing.unavailable,
      deniedKinds.map(({ kind }) => kind),
    );
    return {
      items: [...known.values()],
      faults: joinAlikeFaults(missing.faults, lists.length),
      ...(unavailable.length === 0 ? {} : { unavailable }),
    };
  };
  const words = { name: 'objects', kind: 'workloads', atLeastMs: objectsEveryMs } as const;
  return kubeFeed(parts, { ...words, requests: Object.keys(objectPlurals).length }, read);
};
