import type { CommandReference, Entry } from '../../importer/first-profile.ts';

/** A running container, as far as a first profile needs it. */
export interface ImageContainer {
  readonly name: string;
  readonly image: string;
  /** The name by which a source reaches it: its Compose service, or its own. */
  readonly target: string;
  /** Variables of its environment. */
  readonly variables: ReadonlyMap<string, string>;
  /** Ports that its image or its project declares, '15672/tcp'. */
  readonly exposed: ReadonlySet<string>;
  /** The host and port at which one of its ports is published; undefined where it is not. */
  published(port: number): string | undefined;
  /** The command that prints a variable inside of the container; undefined if it cannot be written. */
  secret(variable: string): CommandReference | undefined;
}

/** A program of widespread images, and the source that reads it. */
interface KnownImage {
  readonly what: string;
  /** The last part of the names of its images: `redis` of `docker.io/library/redis:7`. */
  readonly names: ReadonlySet<string>;
  /** The port that it listens on. */
  readonly port: number;
  /** True: the port must be declared, because only some images of the name serve it. */
  readonly isOptional?: true;
  /** Keys of the source. */
  entry(container: ImageContainer): Entry;
}

/** The first of these variables that is set and not empty. */
const firstOf = ({ variables }: ImageContainer, names: readonly string[]): string | undefined =>
  names.find((name) => (variables.get(name) ?? '') !== '');

const textOf = (container: ImageContainer, names: readonly string[]): string | undefined => {
  const name = firstOf(container, names);
  return name === undefined ? undefined : container.variables.get(name);
};

/** The route of a source through the container. */
const through = (target: string, port: number): Entry => ({
  via: { nested: { source: 'docker', target, port } },
});

/** A reference to the password that the container was started with: it is asked for when the source is opened. */
const passwordOf = (container: ImageContainer, names: readonly string[]): CommandReference | undefined => {
  const name = firstOf(container, names);
  return name === undefined ? undefined : container.secret(name);
};

/** Sources: README files of the images postgres, bitnami/postgresql. */
const postgresEntry = (container: ImageContainer): Entry => {
  const user = textOf(container, ['POSTGRES_USER', 'POSTGRESQL_USERNAME']) ?? 'postgres';
  const database = textOf(container, ['POSTGRES_DB', 'POSTGRESQL_DATABASE']) ?? user;
  const [login, path] = [user, database].map(encodeURIComponent);
  return {
    type: 'postgres',
    url: `postgres://${login}@${container.target}/${path}`,
    password: passwordOf(container, ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD']),
    ...through(container.target, 5432),
  };
};

const redisEntry = (container: ImageContainer): Entry => ({
  type: 'redis',
  url: `redis://${container.target}`,
  password: passwordOf(container, ['REDIS_PASSWORD', 'VALKEY_PASSWORD']),
  ...through(container.target, 6379),
});

/** Sources: README files of the images mongo, bitnami/mongodb. */
const mongoEntry = (container: ImageContainer): Entry => {
  const user = textOf(container, ['MONGO_INITDB_ROOT_USERNAME', 'MONGODB_ROOT_USER']);
  const password = passwordOf(container, ['MONGO_INITDB_ROOT_PASSWORD', 'MONGODB_ROOT_PASSWORD']);
  return {
    type: 'mongodb',
    url: `mongodb://${container.target}/`,
    ...(password === undefined ? {} : { user: user ?? 'root', password }),
    ...through(container.target, 27017),
  };
};

/** A broker advertises the address by which this machine reaches it, so that a published port needs no route. */
const kafkaEntry = ({ target, published }: ImageContainer): Entry => {
  const address = published(9092);
  return address === undefined
    ? { type: 'kafka', brokers: [`${target}:9092`], ...through(target, 9092) }
    : { type: 'kafka', brokers: [address] };
};

/** Any answer to a page shows that a web server runs; a connection does not, because Docker accepts it by itself. */
const pageEntry =
  (port: number) =>
  ({ target }: ImageContainer): Entry => ({
    type: 'http',
    url: `http://${target}`,
    checks: [{ nested: { service: target, path: '/', expect: { nested: { status: '100-499' } } } }],
    ...through(target, port),
  });

const knownImages: readonly KnownImage[] = [
  {
    what: 'PostgreSQL',
    names: new Set(['postgres', 'postgresql', 'postgis', 'timescaledb', 'timescaledb-ha', 'pgvector']),
    port: 5432,
    entry: postgresEntry,
  },
  {
    what: 'Redis',
    names: new Set(['redis', 'redis-stack', 'redis-stack-server', 'valkey', 'keydb']),
    port: 6379,
    entry: redisEntry,
  },
  {
    what: 'MongoDB',
    names: new Set(['mongo', 'mongodb', 'mongodb-community-server']),
    port: 27017,
    entry: mongoEntry,
  },
  {
    what: 'Kafka',
    names: new Set(['kafka', 'kafka-native', 'cp-kafka', 'cp-server', 'redpanda']),
    port: 9092,
    entry: kafkaEntry,
  },
  { what: 'RabbitMQ', names: new Set(['rabbitmq']), port: 15672, isOptional: true, entry: pageEntry(15672) },
  {
    what: 'web server',
    names: new Set(['nginx', 'httpd', 'caddy', 'traefik', 'nginx-unprivileged']),
    port: 80,
    isOptional: true,
    entry: pageEntry(80),
  },
];

/** `redis` of `docker.io/library/redis:7@sha256:…`. */
const shortName = (image: string): string =>
  image
    .replace(/@.*$/s, '')
    .replace(/:[^/:]*$/, '')
    .replace(/^.*\//s, '')
    .toLowerCase();

/** True for images whose program some source reads. */
export const isKnownImage = (image: string): boolean =>
  knownImages.some(({ names }) => names.has(shortName(image)));

/** The source that reads a container; undefined where none does. */
export const sourceOfImage = (
  container: ImageContainer,
): { readonly what: string; readonly port: number; readonly entry: Entry } | undefined => {
  const known = knownImages.find(({ names }) => names.has(shortName(container.image)));
  if (known === undefined) return undefined;
  const { what, port, isOptional = false } = known;
  if (isOptional && !container.exposed.has(`${port}/tcp`)) return undefined;
  return { what, port, entry: known.entry(container) };
};
