import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type {
  IndexSpec,
  MongoClientSpec,
  MongoIncidentSpec,
  MongoSpec,
  StoredDocument,
} from '../spec/mongodb.ts';
import { fnv1a } from '../spec/seeded-random.ts';

interface Collection {
  documents: StoredDocument[];
  indexes: IndexSpec[];
  /** Number of times that it was dropped and created again; each is another collection with another UUID. */
  made: number;
}

/** A connection as $currentOp shows it. */
export interface MongoConnection {
  readonly id: number;
  /** ID of its operation. */
  readonly opid: number;
  readonly address: string;
  application: string;
  user: string;
  operation: MongoClientSpec['operation'];
  transactionMs: Millis | undefined;
}

/** An index build in progress. */
interface IndexBuild {
  readonly ns: string;
  readonly command: StoredDocument;
  readonly startedAt: Millis;
  readonly endsAt: Millis;
}

const idIndex: IndexSpec = { name: '_id_', key: { _id: 1 } };
/** Other than the IDs of operations, so that a mix-up of the two is noticed. */
const firstConnection = 31;
const firstOperation = 9001;
/** Time that a server has run when the model begins. */
const uptimeAtBeginMs: Millis = 86_400_000;

/** Hexadecimal digits that depend on a text alone. */
const hexOf = (text: string, digits: number): string =>
  ['a', 'b', 'c', 'd']
    .map((part) => fnv1a(`${text}/${part}`).toString(16).padStart(8, '0'))
    .join('')
    .slice(0, digits);

/** A MongoDB server with its collections, connections and settings. */
export class MongoServer implements Part<MongoIncidentSpec> {
  readonly spec: MongoSpec;
  readonly #env: EnvironmentContext;
  /** By namespace: 'shop.events'. */
  readonly collections = new Map<string, Collection>();
  readonly connections = new Map<number, MongoConnection>();
  readonly passwords = new Map<string, string>();
  readonly builds = new Set<IndexBuild>();
  parameters = new Map<string, string | number | boolean>();
  profiler = { level: 0, slowMs: 100 };
  incident: MongoIncidentSpec = {};
  /** The key of the index that an incident dropped. */
  #droppedKey: string | undefined;
  /** Reads since the start, and their duration. */
  readonly reads = { ops: 400, micros: 600_000 };
  /** Commands since the start. */
  commands = 0;
  /** Changes of its role, which clients wait for. */
  roleChanges = 0;
  #nextId = 0;
  #restarts = 0;
  /** Start of its process. */
  #startedAt: Millis;

  constructor(spec: MongoSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.#env = env;
    this.#startedAt = env.now - uptimeAtBeginMs;
    this.#fill();
  }

  get isUp(): boolean {
    return this.#env.dependencies.get(this.spec.name)?.up !== false;
  }

  get now(): Millis {
    return this.#env.now;
  }

  /** The ID that its process has chosen at its start, 24 hexadecimal digits. */
  get processId(): string {
    const { identity } = this.#env;
    return this.spec.processId ?? hexOf(`${identity}/${this.spec.name}/${this.#restarts}`, 24);
  }

  get uptimeMs(): Millis {
    return this.now - this.#startedAt;
  }

  /** The UUID of a collection, 32 hexadecimal digits, constant until it is dropped. */
  uuidOf(namespace: string, made: number): string {
    return hexOf(`${this.#env.identity}${namespace}/${made}`, 32);
  }

  get isBroken(): boolean {
    return Object.keys(this.incident).length > 0;
  }

  get isPrimary(): boolean {
    return this.incident.noPrimary !== true;
  }

  tick(): void {
    const restarts = this.#env.dependencies.get(this.spec.name)?.restarts ?? 0;
    if (restarts !== this.#restarts) {
      this.#restarts = restarts;
      this.#startedAt = this.now;
    }
    const { load } = this.spec;
    const { missingIndex } = this.incident;
    if (load !== undefined && this.isUp) {
      const reads = load.readsPerSecond / 10;
      this.reads.ops += reads;
      this.reads.micros += reads * 1000 * (missingIndex?.waitMs ?? load.readMs);
    }
    if (missingIndex === undefined) return;
    const { collection, service, waitMs } = missingIndex;
    const { indexes = [] } = this.collections.get(`${this.spec.database}.${collection}`) ?? {};
    const isThere = indexes.some(({ key }) => JSON.stringify(key) === this.#droppedKey);
    for (const instance of this.#env.instancesOf(service)) instance.waitingMs = isThere ? 0 : waitMs;
    if (!isThere) return;
    const { missingIndex: _, ...others } = this.incident;
    this.incident = others;
  }

  inject(trouble: MongoIncidentSpec): void {
    this.#become({ ...this.incident, ...trouble });
    const { missingIndex } = trouble;
    if (missingIndex === undefined) return;
    const collection = this.requireCollection(`${this.spec.database}.${missingIndex.collection}`);
    const dropped = collection.indexes.find(({ name }) => name === missingIndex.name);
    this.#droppedKey = JSON.stringify(dropped?.key ?? {});
    collection.indexes = collection.indexes.filter((index) => index !== dropped);
  }

  heal(): void {
    const { missingIndex } = this.incident;
    for (const instance of this.#env.instancesOf(missingIndex?.service ?? '')) instance.waitingMs = 0;
    this.#become({});
    this.#fill();
  }

  #become(incident: MongoIncidentSpec): void {
    const { isPrimary } = this;
    this.incident = incident;
    if (this.isPrimary !== isPrimary) this.roleChanges += 1;
  }

  connect(address: string): MongoConnection {
    const connection: MongoConnection = {
      id: firstConnection + this.#nextId,
      opid: firstOperation + this.#nextId,
      address,
      application: '',
      user: '',
      operation: undefined,
      transactionMs: undefined,
    };
    this.#nextId += 1;
    this.connections.set(connection.id, connection);
    return connection;
  }

  /** The collection of a namespace; undefined if it does not exist. */
  collection(namespace: string): Collection | undefined {
    const { database } = this.spec;
    const profiled = [...this.spec.profiled, ...(this.incident.missingIndex?.profiled ?? [])];
    if (namespace === `${database}.system.profile`)
      return {
        documents: profiled.map((storedDocument, index) => ({
          ...storedDocument,
          ts: new Date(this.now - 60_000 * (profiled.length - index)),
        })),
        indexes: [],
        made: 0,
      };
    return this.collections.get(namespace);
  }

  /** The collection of a namespace, created if it does not exist. */
  requireCollection(namespace: string): Collection {
    const known = this.collections.get(namespace);
    if (known !== undefined) return known;
    const created: Collection = { documents: [], indexes: [idIndex], made: 0 };
    this.collections.set(namespace, created);
    return created;
  }

  /** Drops a collection and creates it again, with the same indexes. */
  recreate(namespace: string): void {
    const collection = this.requireCollection(namespace);
    collection.documents.splice(0);
    collection.made += 1;
  }

  #fill(): void {
    const { database, collections, clients, users, parameters } = this.spec;
    this.parameters = new Map(Object.entries(parameters));
    this.profiler = { level: 0, slowMs: 100 };
    for (const { name, password } of users) this.passwords.set(name, password);
    this.collections.clear();
    for (const [name, { documents, indexes = [] }] of Object.entries(collections))
      this.collections.set(`${database}.${name}`, {
        documents: documents.map((document) => structuredCloneOf(document)),
        indexes: [idIndex, ...indexes],
        made: 0,
      });
    for (const { application, address, user = 'app', operation, transactionMs } of clients) {
      const known = [...this.connections.values()].find((connection) => connection.address === address);
      Object.assign(known ?? this.connect(address), { application, user, operation, transactionMs });
    }
  }
}

/** A copy of the containers of a document; the values of BSON are immutable. */
const structuredCloneOf = (document: StoredDocument): StoredDocument =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      Object.getPrototypeOf(value ?? 0) === Object.prototype
        ? structuredCloneOf(value as StoredDocument)
        : value,
    ]),
  );
