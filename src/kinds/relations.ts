import type { AnyFact, FactKind, FactTypes } from '../domain/facts/facts.ts';
import type { Row, SignalRow, Snapshot } from '../domain/facts/snapshot.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import type { KindDefinition } from './define/define-kind.ts';
import { namesByLabels } from './define/log-names.ts';
import { factKinds, kindOf } from './registry/registry.ts';

/** A fact or a signal of a snapshot. */
export type RelatedRow =
  | { readonly kind: FactKind; readonly row: Row }
  | { readonly kind: 'signal'; readonly signal: SignalRow };

/** Relation of a row to the subject, from its point of view: the row is the subject's node, its dependency … */
export type Relation = 'same object' | 'needs' | 'needed by' | 'runs on' | 'runs here' | 'same topic';

/** A row that is related to the subject. */
export interface RelatedRowMatch {
  readonly of: RelatedRow;
  readonly relation: Relation;
  /** The name that both have; for `needs` the name of the dependency. */
  readonly name: string;
}

/** The names by which a row is known, and those that it refers to. All are stems (`nameStem`). */
export interface EntityNames {
  /** The object itself, the most specific first, and its parents: instance, pod, service, owner, consumer group. */
  readonly own: readonly string[];
  /** Missing dependencies, and the target of a breaker. */
  readonly needs: readonly string[];
  /** The node or host that it runs on. */
  readonly nodes: readonly string[];
  readonly topics: readonly string[];
  /** True: the object is a node, and its own name is that of the node. */
  readonly isNode: boolean;
}

/** Fields and labels that name an object or its parent. */
const namingFields: readonly string[] = [
  ...['pod', 'container', 'instance', 'deployment', 'statefulset', 'daemonset', 'service', 'app'],
  ...['application', 'unit', 'job', 'group', 'consumergroup', 'consumer_group'],
];
const nodeFields: readonly string[] = ['node', 'host', 'nodename'];
const topicFields: readonly string[] = ['topic'];
/** Fields of a signal's `read` that name a consumer group or a topic. */
const groupReads: readonly string[] = ['lag', 'members'];
const topicReads: readonly string[] = ['partitions'];
/** Fields of a signal's `read` and of its CloudWatch `dimensions` that name a queue, topic or function. */
const queueReads: readonly string[] = [
  ...['depth', 'inFlight', 'delayed', 'length', 'function'],
  ...['QueueName', 'TopicName', 'FunctionName'],
];
/** Kinds whose `name` is that of the object, and not of a part or a rule. */
const selfNamedKinds: ReadonlySet<FactKind> = new Set(['queues']);
/** Client ids of group members, which often contain the name of their pod. */
const memberFields: readonly string[] = ['member'];

/** Suffixes that say what an object is and not which: 'orders-group' consumes for 'orders-service'. */
const roleSuffix = /[-_.](?:service|svc|(?:consumer[-_])?group|consumers?|cg)$/;

/**
 * The comparable form of a name: lower case, without port, role suffix and path. '' for a name that identifies nothing.
 */
export const nameStem = (name: string): string => {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/:\d+$/, '');
  const stem = bare.replace(roleSuffix, '');
  return stem === '' || /^[\d.:[\]]*$/.test(stem) ? '' : stem;
};

/** The name of a pod's controller, from the generated suffixes of Kubernetes: 'billing-7c9f-x2k4p', 'kafka-0'. */
const controllerName = (pod: string): string => pod.replace(/-(?:[a-z0-9]{3,10}-[a-z0-9]{3,5}|\d+)$/, '');

const stems = (names: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(names.flatMap((name) => (name === undefined || name === '' ? [] : [nameStem(name)])))].filter(
    (stem) => stem !== '',
  );

const texts = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);

const noNames: EntityNames = { own: [], needs: [], nodes: [], topics: [], isNode: false };

const namesMade = new WeakMap<object, EntityNames>();

/** The names of a fact, from its kind: naming fields, labels, parent, and the names in its log lines. */
export const entityNames = (kindName: FactKind, fact: AnyFact): EntityNames => {
  const had = namesMade.get(fact);
  if (had !== undefined) return had;
  const kind = kindOf(kindName) as unknown as KindDefinition<AnyFact>;
  const labels = kind.labels?.(fact) ?? {};
  const read = (fields: readonly string[]): readonly string[] =>
    fields.flatMap((name) => [
      ...texts(kind.fields[name]?.of(fact, 'ok')),
      ...(Object.hasOwn(labels, name) ? texts(labels[name]) : []),
    ]);
  // Workloads of one kind name are pods; a node is known by its own name.
  const type = texts(kind.fields.kind?.of(fact, 'ok'))[0] ?? '';
  const logged = kind.logNames?.(fact).names ?? [];
  const isNode = kindName === 'workloads' && type === 'node';
  const members = read(memberFields);
  const isPod = kindName === 'workloads' && (type === 'pod' || type === 'container');
  const made: EntityNames = {
    own: stems([
      ...logged,
      ...read(namingFields),
      ...(selfNamedKinds.has(kindName) ? read(['name']) : []),
      ...(isPod ? logged.map(controllerName) : []),
      ...members,
      ...members.map((member) => member.replace(/-\d+$/, '')),
      // Not of a node: it belongs to nothing, and its name is already there.
      ...(isNode ? [] : [kind.belongsTo?.(fact)]),
    ]),
    needs: stems([...(kind.needs?.(fact) ?? [])]),
    nodes: isNode ? stems(logged) : stems(read(nodeFields)),
    topics: stems(read(topicFields)),
    isNode,
  };
  namesMade.set(fact, made);
  return made;
};

/** Label matchers in the query of a signal: job="billing", group=~"orders.*". */
const matcherPattern = /([a-zA-Z_]\w*)\s*=~?\s*"([^"]*)"/g;

const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** Names in the labels that a signal is read by, from its profile entry. */
const namesInRead = ({ read }: Pick<SignalSpec, 'read'>, fields: readonly string[]): readonly string[] => {
  const nested = [read.labels, read.dimensions].flatMap((value: unknown) =>
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const given = [...Object.entries(read), ...nested].flatMap(([name, value]) =>
    fields.includes(name) ? texts(value) : [],
  );
  const queried = stringsIn(read).flatMap((text) =>
    [...text.matchAll(matcherPattern)].flatMap(([, name = '', value = '']) =>
      fields.includes(name) ? value.split('|').map((part) => part.replace(/[.*+^$()]+$/, '')) : [],
    ),
  );
  return [...given, ...queried];
};

/** The names of a signal: its labels, and those of its query. */
export const signalNames = ({ labels }: SignalRow, spec: SignalSpec | undefined): EntityNames => {
  const ofLabels = (fields: readonly string[]): readonly string[] =>
    fields.flatMap((name) => (Object.hasOwn(labels, name) ? texts(labels[name]) : []));
  const inRead = (fields: readonly string[]): readonly string[] =>
    spec === undefined ? [] : namesInRead(spec, fields);
  return {
    ...noNames,
    own: stems([
      ...namesByLabels('', labels).names,
      ...ofLabels(namingFields),
      ...inRead([...namingFields, ...groupReads, ...queueReads]),
    ]),
    nodes: stems([...ofLabels(nodeFields), ...inRead(nodeFields)]),
    topics: stems([...ofLabels(topicFields), ...inRead([...topicFields, ...topicReads])]),
  };
};

const signalNamesMade = new WeakMap<SignalRow, EntityNames>();

/** The names of a signal, made once per reading. */
const namesOfSignal = (signal: SignalRow, spec: SignalSpec | undefined): EntityNames => {
  const had = signalNamesMade.get(signal);
  if (had !== undefined) return had;
  const made = signalNames(signal, spec);
  signalNamesMade.set(signal, made);
  return made;
};

/** The names of an object that is no fact: a log stream 'billing-0/app', the words of an entry. */
export const namesOfTexts = (words: readonly string[]): EntityNames => ({
  ...noNames,
  own: stems(words.flatMap((word) => [...word.split('/'), ...word.split('/').map(controllerName)])),
});

/** The names of several rows together: a consumer group has those of all its partitions. */
export const joinNames = (all: readonly EntityNames[]): EntityNames => ({
  own: [...new Set(all.flatMap(({ own }) => own))],
  needs: [...new Set(all.flatMap(({ needs }) => needs))],
  nodes: [...new Set(all.flatMap(({ nodes }) => nodes))],
  topics: [...new Set(all.flatMap(({ topics }) => topics))],
  isNode: all.some(({ isNode }) => isNode),
});

/** Rows by each of their names. */
interface NameIndex {
  readonly own: ReadonlyMap<string, readonly RelatedRow[]>;
  readonly needs: ReadonlyMap<string, readonly RelatedRow[]>;
  readonly nodes: ReadonlyMap<string, readonly RelatedRow[]>;
  readonly topics: ReadonlyMap<string, readonly RelatedRow[]>;
  readonly nodeRows: ReadonlyMap<string, readonly RelatedRow[]>;
}

const indexes = new WeakMap<Snapshot, NameIndex>();

/** Indexes a snapshot once: there may be 10,000 workloads. */
const indexOf = (snapshot: Snapshot, specs: readonly SignalSpec[]): NameIndex => {
  const had = indexes.get(snapshot);
  if (had !== undefined) return had;
  const specOf = new Map(specs.map((spec) => [spec.id, spec]));
  const maps = { own: new Map(), needs: new Map(), nodes: new Map(), topics: new Map(), nodeRows: new Map() };
  const add = (map: Map<string, RelatedRow[]>, names: readonly string[], of: RelatedRow): void => {
    for (const name of names) {
      const rows = map.get(name);
      if (rows === undefined) map.set(name, [of]);
      else rows.push(of);
    }
  };
  const enter = (of: RelatedRow, names: EntityNames): void => {
    add(maps.own, names.own, of);
    add(maps.needs, names.needs, of);
    add(names.isNode ? maps.nodeRows : maps.nodes, names.nodes, of);
    add(maps.topics, names.topics, of);
  };
  // Only rows of this environment: Health also reads others.
  for (const kind of factKinds())
    for (const row of snapshot.kinds[kind].rows as readonly Row[])
      if (kindOf<FactKind>(kind).isOf?.(row.fact as FactTypes[typeof kind], snapshot.env) !== false)
        enter({ kind, row }, entityNames(kind, row.fact));
  for (const signal of snapshot.signals)
    enter({ kind: 'signal', signal }, namesOfSignal(signal, specOf.get(signal.id)));
  indexes.set(snapshot, maps);
  return maps;
};

/** The key of a row, unique among all kinds. */
export const relatedRowKey = (of: RelatedRow): string =>
  of.kind === 'signal' ? `signal ${of.signal.key}` : `${of.kind} ${of.row.key}`;

/**
 * Finds the rows that are related to an object, by name only: rows of the same instance, pod, service, owner or consumer
 * group; its dependencies and dependents; its node, or what runs on it; groups of its topics. Each row once, with its
 * closest relation. The object's own row is among them.
 */
export const findRelatedRows = (
  snapshot: Snapshot,
  specs: readonly SignalSpec[],
  names: EntityNames,
): readonly RelatedRowMatch[] => {
  const index = indexOf(snapshot, specs);
  const found = new Map<string, RelatedRowMatch>();
  const take = (
    wantedTexts: readonly string[],
    map: ReadonlyMap<string, readonly RelatedRow[]>,
    relation: Relation,
  ): void => {
    for (const name of wantedTexts)
      for (const of of map.get(name) ?? []) {
        const key = relatedRowKey(of);
        if (!found.has(key)) found.set(key, { of, relation, name });
      }
  };
  take(names.own, index.own, 'same object');
  take(names.needs, index.own, 'needs');
  take(names.own, index.needs, 'needed by');
  if (names.isNode) take(names.nodes, index.nodes, 'runs here');
  else take(names.nodes, index.nodeRows, 'runs on');
  take(names.topics, index.topics, 'same topic');
  return [...found.values()];
};

/**
 * Finds the signals that are related to an object, by name only, the closest first: those of the object itself, in the order
 * of its names, then of its dependencies, its node and its topics, and last those that are read from its own source
 * (`source`), such as a database server. Looks only at signals, of which there are few.
 */
export const findRelatedSignals = (
  snapshot: Snapshot,
  specs: readonly SignalSpec[],
  names: EntityNames,
  source?: string,
): readonly SignalRow[] => {
  const specOf = new Map(specs.map((spec) => [spec.id, spec]));
  const wantedTexts = [...names.own, ...names.needs];
  const ranked = snapshot.signals.flatMap((signal) => {
    const { own, nodes, topics } = namesOfSignal(signal, specOf.get(signal.id));
    const rank = wantedTexts.findIndex((name) => own.includes(name));
    if (rank >= 0) return [{ signal, rank }];
    const isNear =
      names.nodes.some((name) => nodes.includes(name)) || names.topics.some((name) => topics.includes(name));
    if (isNear) return [{ signal, rank: wantedTexts.length }];
    return source !== undefined && signal.source === source ? [{ signal, rank: wantedTexts.length + 1 }] : [];
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ signal }) => signal);
};
