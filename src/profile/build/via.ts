import type { Complaint, Position } from '../../domain/position.ts';
import type { Via } from '../../domain/profile.ts';
import type { SourceModule } from '../../sources/source.ts';
import { type Checked, checkNode } from '../check.ts';
import { refuse } from '../complaints.ts';
import { didYouMean } from '../did-you-mean.ts';
import { zVia } from '../shape/via.ts';
import { child, type MapNode, type Node, scalars, withValue } from '../tree.ts';
import type { BuiltSource } from './context.ts';
import { literal } from './context.ts';

/** The `via:` of an entry; undefined when it has none. */
export const buildVia = (entry: MapNode, id: string): Checked<Via> | undefined => {
  const node = child(entry, 'via');
  if (node === undefined) return undefined;
  const checked = checkNode(zVia, node, { label: id, under: ['via'] });
  return node.is === 'map'
    ? { ...checked, complaints: [...checked.complaints, ...literal(node, 'source')] }
    : checked;
};

const nodeOf = (value: unknown, { position }: Node): Node => {
  if (Array.isArray(value))
    return {
      is: 'list',
      position,
      items: value.map((item) => nodeOf(item, { is: 'scalar', value: null, position })),
    };
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { is: 'scalar', value: isScalar ? value : null, position };
};

/** An entry with `via:` that gives no address, with what stands for one. */
export const addressed = (own: MapNode, { address = {} }: SourceModule): MapNode => {
  const keys = Object.keys(address);
  if (keys.some((key) => own.entries.has(key))) return own;
  return Object.entries(address)
    .filter(([, value]) => value !== undefined)
    .reduce((node, [key, value]) => withValue(node, key, nodeOf(value, own)), own);
};

/** The ids on the way from a source back to itself; undefined when its way comes to an end. */
const circleFrom = (id: string, sources: ReadonlyMap<string, BuiltSource>): readonly string[] | undefined => {
  const trail = [id];
  for (;;) {
    const via = sources.get(trail.at(-1) ?? '')?.entry.via;
    if (via === undefined || 'ssh' in via) return undefined;
    trail.push(via.source);
    if (via.source === id) return trail;
    if (trail.indexOf(via.source) < trail.length - 1) return undefined;
  }
};

const at = (node: Node, key: string): Position => (child(node, key) ?? node).position;

/** What a way says that has to do with what is carried on it. */
const carriedComplaints = (
  { entry: { id, type }, module }: BuiltSource,
  via: Via,
  node: Node,
): readonly Complaint[] => {
  const { carries = 'connections' } = module ?? {};
  if (carries === 'nothing')
    return [
      refuse(node.position, `${id} via: a source of type ${type} is not reached through another`, noWay),
    ];
  const place = 'ssh' in via ? 'host' : 'container';
  const isThere = child(node, place) !== undefined;
  if (carries === 'connections') {
    const missing = via.port === undefined && child(node, 'port') === undefined;
    return [
      ...(missing
        ? [refuse(node.position, `${id} via: port is missing`, 'add port: where it listens there')]
        : []),
      ...(isThere && place === 'container'
        ? [
            refuse(
              at(node, place),
              `${id} via: a port belongs to all containers of a pod`,
              'leave out container',
            ),
          ]
        : []),
    ];
  }
  const what = `${id} via: programs and files of type ${type} go to no port`;
  const needless = (key: string): readonly Complaint[] =>
    child(node, key) === undefined
      ? []
      : [{ position: at(node, key), severity: 'warning', what, todo: `leave out ${key}` }];
  return [...needless('port'), ...(place === 'host' ? needless(place) : [])];
};

const noWay = 'leave out via';

const complaintsOf = (
  id: string,
  via: Extract<Via, { source: string }>,
  node: Node,
  sources: ReadonlyMap<string, BuiltSource>,
): readonly Complaint[] => {
  const isLater = (key: string) =>
    [...scalars(child(node, key) ?? node)].some(({ gaps }) => gaps !== undefined);
  if (isLater('source')) return [];
  const lead = sources.get(via.source);
  if (lead === undefined) {
    const others = [...sources.keys()].filter((other) => other !== id);
    const todo = didYouMean(via.source, others, 'add it under sources');
    return [refuse(at(node, 'source'), `${id} via: "${via.source}" names no source`, todo)];
  }
  const circle = circleFrom(id, sources);
  if (circle !== undefined)
    return [
      refuse(
        at(node, 'source'),
        `${id} via goes in a circle: ${circle.join(' → ')}`,
        'reach one of them straight',
      ),
    ];
  const { module } = lead;
  if (module === undefined) return [];
  if (module.viaTarget === undefined) {
    const what = `${id} via: nothing is reached through ${via.source}, which is of type ${module.type}`;
    return [
      refuse(
        at(node, 'source'),
        what,
        'name a source that leads on (kubernetes, docker, host), or write ssh: HOST',
      ),
    ];
  }
  const wrong = isLater('target') ? undefined : module.viaTarget(via.target);
  const alone = `${id} via: of type ${module.type} the target itself is what programs run in`;
  return [
    ...(wrong === undefined ? [] : [refuse(at(node, 'target'), `${id} via target: ${wrong}`, '')]),
    ...(via.container === undefined || module.hasContainers === true
      ? []
      : [refuse(at(node, 'container'), alone, 'leave out container')]),
  ];
};

/** What is wrong with the ways of all sources together: one that leads nowhere, back to where it began, or carries nothing. */
export const viaComplaints = (section: MapNode, built: readonly BuiltSource[]): readonly Complaint[] => {
  const sources = new Map(built.map((one) => [one.entry.id, one]));
  return built.flatMap((one) => {
    const { id, via } = one.entry;
    const node = child(child(section, id), 'via');
    if (via === undefined || node === undefined) return [];
    return [
      ...carriedComplaints(one, via, node),
      ...('ssh' in via ? [] : complaintsOf(id, via, node, sources)),
    ];
  });
};
