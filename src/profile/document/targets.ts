import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import type { Profile, Tier } from '../../domain/profile/profile.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { positionText } from '../../domain/text/position.ts';
import { isChanging } from '../../runs/policy/danger.ts';
import { isStricter } from '../../runs/policy/tiers.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';

/** A system in which a source can change something. */
interface SourceTarget {
  readonly source: string;
  readonly position: Position;
  /** Display name, equal for two sources of one system: 'postgres db.example.com:5432'. */
  readonly system: string;
  /** A part of the system: a database, a namespace. '*' is all of it. */
  readonly part: string;
  /** The tier of the source. Absent: the environment's. */
  readonly tier?: Tier;
}

/** The targets of one environment. */
export interface TargetsOf {
  readonly name: string;
  readonly tier: Tier;
  readonly targets: readonly SourceTarget[];
}

const zList = z
  .union([
    z.string().transform((text) => [text]),
    z.array(z.string()),
    z.record(z.string(), z.string()).transform((all) => Object.values(all)),
  ])
  .catch([]);
const zText = z.string().optional().catch(undefined);

/** The keys with which source types specify their address. */
const zPlace = z.object({
  url: zList,
  urls: zList,
  instances: zList,
  brokers: zList,
  ssh: zList,
  host: zList,
  socket: zList,
  context: zText,
  kubeconfig: zText,
  namespace: zText,
  namespaces: zList,
  database: zText,
  project: zText,
});
type Place = z.infer<typeof zPlace>;

/** Returns whether the text is final: no reference and no placeholder is left in it. */
const isKnown = (text: string): boolean => !text.includes('${') && !text.includes('unresolved.invalid');

const usualPorts: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'postgres:': '5432',
  'postgresql:': '5432',
  'mongodb:': '27017',
  'redis:': '6379',
  'rediss:': '6379',
};
const hostOf = (name: string): string =>
  /^(127\.0\.0\.1|\[::1\])$/.test(name) ? 'localhost' : name.toLowerCase();

/** Reduces a URL to what identifies the system: no user, no query, no default port. */
const addressOf = (text: string): { readonly address: string; readonly path: string } => {
  if (!URL.canParse(text) || !text.includes('://'))
    return { address: text.replace(/^[^@]*@/, '').toLowerCase(), path: '' };
  const { protocol, hostname, port, pathname } = new URL(text);
  const portText = port === '' ? (usualPorts[protocol] ?? '') : port;
  return {
    address: `${hostOf(hostname)}${portText === '' ? '' : `:${portText}`}`,
    path: pathname.replace(/\/+$/, ''),
  };
};

/** The hosts of a MongoDB URL: several are not valid in other URLs. */
const mongoAddresses = (url: string): readonly string[] =>
  (/^mongodb:\/\/(?:[^@/]*@)?([^@/?]+)/.exec(url)?.[1] ?? '').split(',').filter((host) => host !== '');

const clusterOf = ({ context, kubeconfig, namespace, namespaces }: Place) => {
  const system = [
    'context',
    context ?? '(current)',
    ...(kubeconfig === undefined ? [] : ['of', kubeconfig]),
  ].join(' ');
  const named = [...(namespace === undefined ? [] : [namespace]), ...namespaces];
  return (named.length === 0 ? ['(default)'] : named).map((part) => ({ system, part }));
};

const placesOf = (
  type: string,
  config: unknown,
): readonly { readonly system: string; readonly part: string }[] => {
  const place = zPlace.safeParse(config).data;
  if (place === undefined) return [];
  if (type === 'kubernetes') return clusterOf(place);
  const { url, urls, instances, brokers, ssh, host, socket, database, project } = place;
  // Some of its operations affect the whole server, whatever database the path names.
  if (type === 'mongodb')
    return url.flatMap(mongoAddresses).map((host) => {
      const { address } = addressOf(`mongodb://${host}`);
      return { system: address, part: '*' };
    });
  return [...url, ...urls, ...instances, ...brokers, ...ssh, ...host, ...socket].map((text) => {
    const { address, path } = addressOf(text);
    if (type === 'postgres') return { system: address, part: database ?? (path.slice(1) || '(default)') };
    // Its operations affect the whole server, whatever database the path names.
    if (type === 'redis') return { system: address, part: '*' };
    return { system: `${address}${path}`, part: project ?? '*' };
  });
};

const canChange = ({ operations }: SourceModule): boolean =>
  Object.values(operations).some(({ danger }) => isChanging(danger));

/**
 * Returns the systems that a profile's sources can change, as far as known before anything is contacted. Read-only
 * sources (a Prometheus shared by all environments) have none, nor do systems behind a `via:`: the tunnel is compared
 * instead.
 */
export const targetsOf = (
  { sources }: Pick<Profile, 'sources'>,
  modules: ReadonlyMap<string, SourceModule>,
): readonly SourceTarget[] =>
  sources.flatMap(({ id, type, config, via, position, tier }) => {
    const module = modules.get(type);
    if (module === undefined || via !== undefined || !canChange(module)) return [];
    return placesOf(type, config)
      .filter(({ system, part }) => isKnown(`${system} ${part}`))
      .map(({ system, part }) => ({
        source: id,
        position,
        system: `${type} ${system}`,
        part,
        ...defined({ tier }),
      }));
  });

const overlap = (a: SourceTarget, b: SourceTarget): boolean =>
  a.system === b.system && (a.part === b.part || a.part === '*' || b.part === '*');

const words = ({ system, part }: SourceTarget): string => (part === '*' ? system : `${system}, ${part}`);

/** Returns a warning for each system reachable under two tiers: only the gates of the lower one would protect it. */
export const sharedTargets = (all: readonly TargetsOf[]): readonly Diagnostic[] =>
  all.flatMap((low) =>
    all
      .filter(({ tier }) => isStricter(tier, low.tier))
      .flatMap((high) =>
        low.targets.flatMap((target): readonly Diagnostic[] => {
          const same = high.targets.find(
            (other) => overlap(target, other) && isStricter(other.tier ?? high.tier, low.tier),
          );
          if (same === undefined) return [];
          const where = `${high.name} (${high.tier}) uses it as ${same.source}, ${positionText(same.position)}`;
          const what = `source ${target.source} of ${low.name} (${low.tier}) is ${words(target)}, and ${where}`;
          const todo = `correct an address. If the target is of tier ${low.tier}, write tier: ${low.tier} on ${same.source}`;
          return [{ position: target.position, severity: 'warning', what, todo }];
        }),
      ),
  );
