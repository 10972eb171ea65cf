import { z } from 'zod';
import type { Complaint, Position } from '../domain/position.ts';
import { positionText } from '../domain/position.ts';
import type { Profile, Tier } from '../domain/profile.ts';
import { isChanging } from '../runs/policy/danger.ts';
import { isStricter } from '../runs/policy/tiers.ts';
import type { SourceModule } from '../sources/source.ts';

/** A system that a source can change something in. */
interface SourceTarget {
  readonly source: string;
  readonly position: Position;
  /** In words, the same for two sources of one system: 'postgres db.example.com:5432'. */
  readonly system: string;
  /** A part of it: a database, a namespace. '*' is all of it. */
  readonly part: string;
  /** What the source says of it; absent: the environment's. */
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
    z.string().transform((one) => [one]),
    z.array(z.string()),
    z.record(z.string(), z.string()).transform((all) => Object.values(all)),
  ])
  .catch([]);
const zText = z.string().optional().catch(undefined);

/** The keys by which the types of source say where they lead. */
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

/** What is written where a value is not known yet. */
const isKnown = (text: string): boolean => !text.includes('${') && !text.includes('unresolved.invalid');

const usualPorts: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'postgres:': '5432',
  'postgresql:': '5432',
};
const hostOf = (name: string): string =>
  /^(127\.0\.0\.1|\[::1\])$/.test(name) ? 'localhost' : name.toLowerCase();

/** An address without what tells nothing of the system: user, query, the port that is usual. */
const addressOf = (text: string): { readonly address: string; readonly path: string } => {
  if (!URL.canParse(text) || !text.includes('://'))
    return { address: text.replace(/^[^@]*@/, '').toLowerCase(), path: '' };
  const { protocol, hostname, port, pathname } = new URL(text);
  const given = port === '' ? (usualPorts[protocol] ?? '') : port;
  return {
    address: `${hostOf(hostname)}${given === '' ? '' : `:${given}`}`,
    path: pathname.replace(/\/+$/, ''),
  };
};

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
  return [...url, ...urls, ...instances, ...brokers, ...ssh, ...host, ...socket].map((text) => {
    const { address, path } = addressOf(text);
    if (type === 'postgres') return { system: address, part: database ?? (path.slice(1) || '(default)') };
    return { system: `${address}${path}`, part: project ?? '*' };
  });
};

const canChange = ({ operations }: SourceModule): boolean =>
  Object.values(operations).some(({ danger }) => isChanging(danger));

/**
 * What the sources of a profile lead to, as far as it is known before anything is contacted. Sources that change nothing
 * (a Prometheus that all environments share) are none, nor is what lies behind a `via:`: the way there is compared.
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
        ...(tier === undefined ? {} : { tier }),
      }));
  });

const overlap = (a: SourceTarget, b: SourceTarget): boolean =>
  a.system === b.system && (a.part === b.part || a.part === '*' || b.part === '*');

const words = ({ system, part }: SourceTarget): string => (part === '*' ? system : `${system}, ${part}`);

/** A warning for each system that can be reached under two tiers: the lower one's gates would be all that it has. */
export const sharedTargets = (all: readonly TargetsOf[]): readonly Complaint[] =>
  all.flatMap((low) =>
    all
      .filter(({ tier }) => isStricter(tier, low.tier))
      .flatMap((high) =>
        low.targets.flatMap((one): readonly Complaint[] => {
          const same = high.targets.find(
            (other) => overlap(one, other) && isStricter(other.tier ?? high.tier, low.tier),
          );
          if (same === undefined) return [];
          const where = `${high.name} (${high.tier}) uses it as ${same.source}, ${positionText(same.position)}`;
          const what = `source ${one.source} of ${low.name} (${low.tier}) is ${words(one)}; ${where}`;
          const todo = `correct an address; if the target is of tier ${low.tier}, write tier: ${low.tier} on ${same.source}`;
          return [{ position: one.position, severity: 'warning', what, todo }];
        }),
      ),
  );
