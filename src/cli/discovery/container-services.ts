import { defined } from '../../domain/base/defined.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { CommandReference, FirstSource } from '../../importer/first-profile.ts';
import { slug } from '../../importer/names.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import {
  type Container,
  parseContainer,
  parseContainerList,
} from '../../sources/docker/containers/container.ts';
import { containerListPath } from '../../sources/docker/containers/lookup.ts';
import { daemonAddress, isLoopback } from '../../sources/docker/daemon/config.ts';
import { machineAddresses, reachableAddress } from '../../sources/docker/tunnel.ts';
import { entries, field, list, text } from '../../sources/kit/values/wire-value.ts';
import { type ImageContainer, isKnownImage, sourceOfImage } from './container-images.ts';
import { type FoundSystem, found, missing, reasonOf, type Search } from './found-system.ts';
import { getJson } from './probe.ts';

const what = 'images of containers';
/** More databases and servers than a first profile should poll. */
const mostContainers = 20;
/** Switches the search off: `off`. */
const switchName = 'OPSDECK_IMAGE_SOURCES';

/** A word that a reference to a program may have as it is. */
const isPlainWord = (word: string): boolean => /^[\w./:@-]+$/.test(word);

/** Ports of this machine that variables name: their servers are found by them. */
const portsOfVariables = (env: Search['context']['processEnv']): ReadonlySet<number> => {
  const { DATABASE_URL = '', REDIS_URL = '', PGHOST = '', PGDATABASE = '', PGPORT = '' } = env;
  const urls = [
    [DATABASE_URL, 5432],
    [REDIS_URL, 6379],
    [PGHOST + PGDATABASE === '' ? '' : `postgres://${PGHOST || 'localhost'}:${PGPORT || 5432}`, 5432],
  ] as const;
  return new Set(
    urls.flatMap(([text, usual]) => {
      const url = URL.parse(text);
      return url !== null && isLoopback(url.hostname) ? [Number(url.port || usual)] : [];
    }),
  );
};

/** The daemon of the source `docker`: its address, and the project that it shows. */
interface FoundDaemon {
  readonly socket?: string;
  readonly host?: string;
  readonly project?: string;
}

const textKey = (source: FirstSource, key: 'socket' | 'host' | 'project'): FoundDaemon => {
  const { [key]: of } = source.entry;
  return typeof of === 'string' ? { [key]: of } : {};
};

/** The variables of a container. They may be secret: values are used where they are names of users and databases. */
const variablesOf = (page: unknown): ReadonlyMap<string, string> =>
  new Map(
    list(field(field(page, 'Config'), 'Env')).map((line) => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text(line) ?? '') ?? [];
      return [name, value] as const;
    }),
  );

const imageContainer = (
  page: unknown,
  { name, image, service, project, ports }: Container,
  daemon: FoundDaemon,
  host: string,
): ImageContainer => ({
  name,
  image,
  // The name of a service means one container only within its project.
  target: daemon.project !== undefined && daemon.project === project && service !== '' ? service : name,
  variables: variablesOf(page),
  exposed: new Set(entries(field(field(page, 'Config'), 'ExposedPorts')).map(([port]) => port)),
  published: (port) => {
    const place = ports[`${port}/tcp`];
    return place === undefined ? undefined : `${host}:${place.port}`;
  },
  secret: (variable): CommandReference | undefined => {
    const address = daemon.socket === undefined ? daemon.host : `unix://${daemon.socket}`;
    const argv = [
      'docker',
      ...(address === undefined ? [] : ['-H', address]),
      'exec',
      name,
      'printenv',
      variable,
    ];
    return argv.every(isPlainWord) ? { argv } : undefined;
  },
});

/** A container whose image is known: a source, or why it cannot be read. */
type ReadContainer = { readonly source: FirstSource } | { readonly system: FoundSystem };

/**
 * Finds the databases, brokers and web servers that run in containers of widespread images: one list of the containers, and the
 * details of those with a known image. Their sources go through the container; nothing else is contacted.
 */
export const findContainerServices = async (
  search: Search,
  docker: FirstSource | undefined,
): Promise<readonly FoundSystem[]> => {
  // A daemon behind SSH is not asked before its source is opened.
  if (docker === undefined || docker.entry.via !== undefined) return [];
  const { context } = search;
  if (context.processEnv[switchName] === 'off')
    return [missing(what, `${switchName}=off turns this search off`)];
  const daemon: FoundDaemon = {
    ...textKey(docker, 'socket'),
    ...textKey(docker, 'host'),
    ...textKey(docker, 'project'),
  };
  const address = daemonAddress(daemon, context.processEnv);
  const get = (path: string): Promise<unknown> =>
    getJson(context, {
      url: `${address.base}${path}`,
      ...defined({ socketPath: address.socketPath }),
    });
  const named = address.isHere ? portsOfVariables(context.processEnv) : new Set<number>();
  const location = { ...address, isReached: false, own: machineAddresses() };
  const read = async ({ id }: Container): Promise<readonly ReadContainer[]> => {
    const page = await get(`/containers/${id}/json`);
    const container = parseContainer(page);
    const image = imageContainer(page, container, daemon, address.host);
    const source = sourceOfImage(image);
    const published = container.ports[`${source?.port}/tcp`]?.port;
    if (source === undefined || (published !== undefined && named.has(published))) return [];
    const words = `${source.what} of ${image.target}`;
    try {
      reachableAddress(container, source.port, location);
    } catch (error) {
      if (!(error instanceof TunnelError)) throw error;
      const { reason, remedy = '' } = error;
      return [{ system: missing(words, `${reason}. ${sentenceCase(remedy)}`) }];
    }
    return [
      {
        source: {
          id: slug(image.target, 'service'),
          entry: source.entry,
          from: `${words}, image ${image.image}`,
        },
      },
    ];
  };
  try {
    const path = containerListPath({ config: daemon as Parameters<typeof containerListPath>[0]['config'] });
    const running = parseContainerList(await get(path))
      .filter(({ state, isOneOff, image }) => state === 'running' && !isOneOff && isKnownImage(image))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const all = (await Promise.all(running.slice(0, mostContainers).map(read))).flat();
    // Several containers of one service are one source.
    const byId = new Map(all.flatMap((each) => ('source' in each ? [[each.source.id, each.source]] : [])));
    const [first, ...more] = byId.values();
    const unread = all.flatMap((each) => ('system' in each ? [each.system] : []));
    if (first === undefined) return unread;
    const left = running.length - mostContainers;
    const words = [...byId.values()].map(({ from }) => from.replace(/, image .*$/s, '')).join(', ');
    const detail = `${words}${left > 0 ? `, ${pluralize(left, 'container')} more not read` : ''}`;
    return [{ ...found(what, detail, first), source: first, more }, ...unread];
  } catch (error) {
    return [missing(what, reasonOf(error))];
  }
};
