import type { Fault } from '../../domain/fault.ts';
import type { Complaint, Position } from '../../domain/position.ts';
import type { Tier } from '../../domain/profile.ts';
import { isStricter } from '../../runs/policy/tiers.ts';
import type { SourceModule } from '../../sources/source.ts';
import { type Checked, checkNode } from '../check.ts';
import { refuse } from '../complaints.ts';
import { definite } from '../definite.ts';
import { didYouMean } from '../did-you-mean.ts';
import { zLogin } from '../shape/login.ts';
import { zSourceTier } from '../shape/source-tier.ts';
import { isSourceId, zCovers } from '../shape/words.ts';
import { child, type MapNode, type Node, nounOf, plain, textAt, without } from '../tree.ts';
import type { BuiltSource } from './context.ts';
import { type Built, type Context, gapWarnings, literal, problemOf } from './context.ts';
import { addressed, buildVia, viaComplaints } from './via.ts';

/** Keys of every entry that are not the module's business. */
const ownKeys = ['type', 'covers', 'via', 'login', 'tier'];

/** An address fits wherever a text does: the rest of an entry can be looked at before its address is known. */
const standIn = 'http://unresolved.invalid/';

const moduleOf = (
  node: MapNode,
  id: string,
  context: Context,
): {
  readonly module?: SourceModule;
  readonly problem?: Fault;
  readonly complaints: readonly Complaint[];
} => {
  const types = [...context.modules.keys()];
  const type = textAt(node, 'type');
  const typeNode = child(node, 'type');
  const later = literal(node, 'type');
  if (later.length > 0) return { complaints: later };
  if (typeNode === undefined)
    return {
      complaints: [refuse(node.position, `${id}: type is missing`, `write type: ${types.join(' | ')}`)],
    };
  const module = type === undefined ? undefined : context.modules.get(type);
  if (module !== undefined) return { module, complaints: [] };
  const owner = context.plugins?.find(({ sourceTypes }) => sourceTypes.includes(type ?? ''));
  if (owner !== undefined)
    return {
      complaints: [
        refuse(
          typeNode.position,
          `${id}: type ${type} is of the plugin ${owner.name}, which this profile does not ask for`,
          `add it to plugins: of the profile`,
        ),
      ],
    };
  const [problem] = context.pluginProblems ?? [];
  if (problem !== undefined && type !== undefined)
    return { problem: { ...problem, source: id }, complaints: [] };
  const what =
    type === undefined ? `${id} type: expected text, found ${nounOf(typeNode)}` : `unknown type "${type}"`;
  return { complaints: [refuse(typeNode.position, what, didYouMean(type ?? '', types))] };
};

const build = (id: string, key: Position, node: Node, context: Context): Built<BuiltSource> => {
  const nothing = (complaints: readonly Complaint[]): Built<BuiltSource> => ({
    made: { entry: { id, type: '', config: undefined, position: key } },
    complaints,
  });
  if (!isSourceId(id))
    return nothing([
      refuse(key, `"${id}" cannot name a source`, 'begin with a letter, then letters, digits, - and _'),
    ]);
  if (node.is !== 'map')
    return nothing([
      refuse(node.position, `${id}: expected a map, found ${nounOf(node)}`, 'write type: and what it needs'),
    ]);
  const { module, problem: missing, complaints: typing } = moduleOf(node, id, context);
  if (missing !== undefined)
    return {
      made: {
        entry: { id, type: textAt(node, 'type') ?? '', config: undefined, position: key, problem: missing },
      },
      complaints: [
        {
          position: node.position,
          severity: 'warning',
          what: `${missing.message}: source ${id} is off`,
          todo: missing.remedy ?? 'see its problem above',
        },
      ],
    };
  if (module === undefined) return nothing(typing);
  const way = buildVia(node, id);
  const own = way === undefined ? without(node, ...ownKeys) : addressed(without(node, ...ownKeys), module);
  const checked: Checked<unknown> = checkNode(module.config, own, { label: id, extraKeys: ownKeys });
  const rows = child(node, 'covers');
  const covers = rows && checkNode(zCovers, rows, { label: id, under: ['covers'] });
  const said = child(node, 'login');
  const login = said && checkNode(zLogin, said, { label: id, under: ['login'] });
  const ofTier = child(node, 'tier');
  const tier = ofTier && checkNode(zSourceTier, ofTier, { label: id, under: ['tier'] });
  const complaints = [
    ...checked.complaints,
    ...(tier?.complaints ?? []),
    ...(way?.complaints ?? []),
    ...(login?.complaints ?? []),
    ...(covers?.complaints ?? []),
  ];
  const gaps = [...checked.gaps, ...(way?.gaps ?? []), ...(login?.gaps ?? []), ...(tier?.gaps ?? [])];
  const problem = problemOf(id, gaps, complaints, context.now);
  const config = checked.value ?? module.config.safeParse(plain(own, standIn)).data;
  return {
    made: {
      // One with a problem is never opened: its config only tells what it would give.
      entry: definite({
        id,
        type: module.type,
        config,
        via: way?.value,
        login: login?.value,
        tier: tier?.value,
        covers: covers?.value,
        position: key,
        problem,
      }),
      module,
      config,
    },
    complaints: [...complaints, ...gapWarnings(gaps, `source ${id} is off`)],
  };
};

/** The sources of a profile, each checked with the schema of its own type. */
export const buildSources = (tree: MapNode, context: Context): Built<readonly BuiltSource[]> => {
  const section = child(tree, 'sources');
  if (section === undefined) return { made: [], complaints: [] };
  if (section.is !== 'map') {
    const what = `sources: expected a map, found ${nounOf(section)}`;
    return { made: [], complaints: [refuse(section.position, what, 'write NAME: { type: …, … }')] };
  }
  const built = [...section.entries].map(([id, { key, value }]) => build(id, key, value, context));
  const made = built.map((one) => one.made);
  return { made, complaints: [...built.flatMap((one) => one.complaints), ...viaComplaints(section, made)] };
};

/** Sources that lead to a stricter tier than their environment's, whose gates are all that would hold. */
export const stricterSources = (sources: readonly BuiltSource[], env: Tier): readonly Complaint[] =>
  sources.flatMap(({ entry: { id, tier, position } }) =>
    tier === undefined || !isStricter(tier, env)
      ? []
      : [
          refuse(
            position,
            `source ${id} leads to tier ${tier}, and the gates of this environment are those of ${env}`,
            `move it to an environment of tier ${tier}`,
          ),
        ],
  );
