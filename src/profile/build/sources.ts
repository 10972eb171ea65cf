import type { z } from 'zod';
import type { Fault } from '../../domain/base/fault.ts';
import type { Tier, ViaSpec } from '../../domain/profile/profile.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { isStricter } from '../../runs/policy/tiers.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import { type CheckedNode, checkNode, definite } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import {
  childOf,
  type MapNode,
  nodeNoun,
  plainValue,
  scalarsIn,
  textAt,
  withoutKeys,
  withValue,
  type YamlNode,
} from '../document/tree.ts';
import { sectionNames } from '../shape/document.ts';
import { zLogin, zSourceTier, zVia } from '../shape/via.ts';
import { isReservedName, isSourceId, zCovers } from '../shape/words.ts';
import type { BuiltSource } from './context.ts';
import { type BuildContext, type BuildResult, gapProblem, gapWarnings, requireLiteral } from './context.ts';

/** Reads the `via:` of an entry; undefined when it has none. */
const buildVia = (entry: MapNode, id: string): CheckedNode<ViaSpec> | undefined => {
  const node = childOf(entry, 'via');
  if (node === undefined) return undefined;
  const checked = checkNode(zVia, node, { label: id, under: ['via'] });
  return node.is === 'map'
    ? { ...checked, diagnostics: [...checked.diagnostics, ...requireLiteral(node, 'source')] }
    : checked;
};

const nodeOf = (value: unknown, { position }: YamlNode): YamlNode => {
  if (Array.isArray(value))
    return {
      is: 'list',
      position,
      items: value.map((item) => nodeOf(item, { is: 'scalar', value: null, position })),
    };
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { is: 'scalar', value: isScalar ? value : null, position };
};

/** Adds the default address to an entry with `via:` that has none. */
const withEndpointAddress = (
  own: MapNode,
  { viaDefaults: address = {} }: SourceModule,
  hasVia: boolean,
): MapNode => {
  const keys = Object.keys(address);
  if (!hasVia || keys.some((key) => own.entries.has(key))) return own;
  return Object.entries(address)
    .filter(([, value]) => value !== undefined)
    .reduce((node, [key, value]) => withValue(node, key, nodeOf(value, own)), own);
};

/** Returns the IDs on the tunnel from a source back to itself; undefined when the tunnel ends. */
const tunnelCycle = (
  id: string,
  sources: ReadonlyMap<string, BuiltSource>,
): readonly string[] | undefined => {
  const path = [id];
  for (;;) {
    const via = sources.get(path.at(-1) ?? '')?.entry.via;
    if (via === undefined || 'ssh' in via) return undefined;
    path.push(via.source);
    if (via.source === id) return path;
    if (path.indexOf(via.source) < path.length - 1) return undefined;
  }
};

const positionOf = (node: YamlNode, key: string): Position => (childOf(node, key) ?? node).position;

/** Reports settings of a tunnel that do not fit the source it carries. */
const carriedDiagnostics = (
  { entry: { id, type }, module }: BuiltSource,
  via: ViaSpec,
  node: YamlNode,
): readonly Diagnostic[] => {
  const { viaTransport: carries = 'connections' } = module ?? {};
  if (carries === 'nothing')
    return [errorAt(node.position, `${id} via: a source of type ${type} cannot use a tunnel`, removeVia)];
  const place = 'ssh' in via ? 'host' : 'container';
  const isThere = childOf(node, place) !== undefined;
  if (carries === 'connections') {
    const connects = 'ssh' in via && via.host === undefined && module?.sshConnector !== undefined;
    const missing = !connects && via.port === undefined && childOf(node, 'port') === undefined;
    return [
      ...(missing
        ? [errorAt(node.position, `${id} via: port is missing`, 'add port: the port of the server there')]
        : []),
      ...(isThere && place === 'container'
        ? [
            errorAt(
              positionOf(node, place),
              `${id} via: container has no effect on connections. A port belongs to the whole pod`,
              'remove container',
            ),
          ]
        : []),
    ];
  }
  const what = `${id} via: type ${type} runs programs and reads files. port has no effect`;
  const needless = (key: string): readonly Diagnostic[] =>
    childOf(node, key) === undefined
      ? []
      : [{ position: positionOf(node, key), severity: 'warning', what, todo: `remove ${key}` }];
  return [...needless('port'), ...(place === 'host' ? needless(place) : [])];
};

const removeVia = 'remove via';

const diagnosticsOf = (
  id: string,
  via: Extract<ViaSpec, { source: string }>,
  node: YamlNode,
  sources: ReadonlyMap<string, BuiltSource>,
): readonly Diagnostic[] => {
  const isLater = (key: string) =>
    [...scalarsIn(childOf(node, key) ?? node)].some(({ gaps }) => gaps !== undefined);
  if (isLater('source')) return [];
  const lead = sources.get(via.source);
  if (lead === undefined) {
    const others = [...sources.keys()].filter((other) => other !== id);
    const todo = didYouMean(via.source, others, 'add the source under sources');
    return [errorAt(positionOf(node, 'source'), `${id} via: no source is called "${via.source}"`, todo)];
  }
  const cycle = tunnelCycle(id, sources);
  if (cycle !== undefined)
    return [
      errorAt(
        positionOf(node, 'source'),
        `${id} via: tunnels form a cycle: ${cycle.join(' → ')}`,
        'connect to one of these sources without via',
      ),
    ];
  const { module } = lead;
  if (module === undefined) return [];
  if (module.viaTarget === undefined) {
    const what = `${id} via: ${via.source} is of type ${module.type}, which cannot be used as a tunnel`;
    return [
      errorAt(
        positionOf(node, 'source'),
        what,
        'name a source of type kubernetes, docker or host, or write ssh: HOST',
      ),
    ];
  }
  const wrong = isLater('target') ? undefined : module.viaTarget(via.target);
  const alone = `${id} via: a target of type ${module.type} is already a container, so container has no effect`;
  return [
    ...(wrong === undefined ? [] : [errorAt(positionOf(node, 'target'), `${id} via target: ${wrong}`, '')]),
    ...(via.container === undefined || module.hasContainers === true
      ? []
      : [errorAt(positionOf(node, 'container'), alone, 'remove container')]),
  ];
};

/** Reports invalid tunnels across all sources: unknown endpoints, cycles, and carriers that cannot tunnel. */
const viaDiagnostics = (section: MapNode, built: readonly BuiltSource[]): readonly Diagnostic[] => {
  const sources = new Map(built.map((builtSource) => [builtSource.entry.id, builtSource]));
  return built.flatMap((builtSource) => {
    const { id, via } = builtSource.entry;
    const node = childOf(childOf(section, id), 'via');
    if (via === undefined || node === undefined) return [];
    return [
      ...carriedDiagnostics(builtSource, via, node),
      ...('ssh' in via ? [] : diagnosticsOf(id, via, node, sources)),
    ];
  });
};

/** Keys that every entry has and that the module does not read. */
const ownKeys = ['type', 'covers', 'via', 'login', 'tier'];

/** Placeholder address, valid wherever text is: the rest of an entry can be checked before its address is known. */
const standIn = 'http://unresolved.invalid/';

const moduleOf = (
  node: MapNode,
  id: string,
  context: BuildContext,
): {
  readonly module?: SourceModule;
  readonly problem?: Fault;
  readonly diagnostics: readonly Diagnostic[];
} => {
  const types = [...context.modules.keys()];
  const type = textAt(node, 'type');
  const typeNode = childOf(node, 'type');
  const later = requireLiteral(node, 'type');
  if (later.length > 0) return { diagnostics: later };
  if (typeNode === undefined)
    return {
      diagnostics: [errorAt(node.position, `${id}: type is missing`, `write type: ${types.join(' | ')}`)],
    };
  const module = type === undefined ? undefined : context.modules.get(type);
  if (module !== undefined) return { module, diagnostics: [] };
  const owner = context.plugins?.find(({ sourceTypes }) => sourceTypes.includes(type ?? ''));
  if (owner !== undefined)
    return {
      diagnostics: [
        errorAt(
          typeNode.position,
          `${id}: type ${type} comes from the plugin ${owner.name}, which this profile does not list`,
          `add the plugin to plugins: of the profile`,
        ),
      ],
    };
  const [problem] = context.pluginProblems ?? [];
  if (problem !== undefined && type !== undefined)
    return { problem: { ...problem, source: id }, diagnostics: [] };
  const what =
    type === undefined ? `${id} type: expected text, found ${nodeNoun(typeNode)}` : `unknown type "${type}"`;
  return { diagnostics: [errorAt(typeNode.position, what, didYouMean(type ?? '', types))] };
};

/** Why an id cannot be that of a source; undefined if it can. */
const sourceRefusal = (id: string, key: Position): Diagnostic | undefined => {
  if (!isSourceId(id))
    return errorAt(
      key,
      `"${id}" is not a valid source id`,
      'start with a letter, then letters, digits, - and _',
    );
  return isReservedName(id)
    ? errorAt(key, `source id "${id}" is a reserved name`, 'choose another id for the source')
    : undefined;
};

const notAMap = (id: string, node: YamlNode): Diagnostic =>
  errorAt(
    node.position,
    `${id}: expected a map, found ${nodeNoun(node)}`,
    'write type: and the settings of the source',
  );

/** Says of an unknown key that is a section of the profile where it belongs. */
const misplacedSection = (diagnostic: Diagnostic, source: MapNode): Diagnostic => {
  const name = sectionNames.find((section) => source.entries.get(section)?.key === diagnostic.position);
  return name === undefined
    ? diagnostic
    : { ...diagnostic, todo: `write ${name}: outside of sources, without indentation` };
};

const build = (
  id: string,
  key: Position,
  node: YamlNode,
  context: BuildContext,
): BuildResult<BuiltSource> => {
  const nothing = (diagnostics: readonly Diagnostic[]): BuildResult<BuiltSource> => ({
    made: { entry: { id, type: '', config: undefined, position: key } },
    diagnostics,
  });
  if (node.is !== 'map' || sourceRefusal(id, key) !== undefined)
    return nothing([sourceRefusal(id, key) ?? notAMap(id, node)]);
  const { module, problem: missing, diagnostics: typing } = moduleOf(node, id, context);
  if (missing !== undefined)
    return {
      made: {
        entry: { id, type: textAt(node, 'type') ?? '', config: undefined, position: key, problem: missing },
      },
      diagnostics: [
        {
          position: node.position,
          severity: 'warning',
          what: `${missing.message}: source ${id} is disabled`,
          todo: missing.remedy ?? 'correct the problem above',
        },
      ],
    };
  if (module === undefined) return nothing(typing);
  const via = buildVia(node, id);
  const own = withEndpointAddress(withoutKeys(node, ...ownKeys), module, via !== undefined);
  const checked: CheckedNode<unknown> = checkNode(module.config, own, { label: id, extraKeys: ownKeys });
  const checkedKey = <T>(name: string, schema: z.ZodType<T>): CheckedNode<T> | undefined => {
    const value = childOf(node, name);
    return value && checkNode(schema, value, { label: id, under: [name] });
  };
  const covers = checkedKey('covers', zCovers);
  const login = checkedKey('login', zLogin);
  const tier = checkedKey('tier', zSourceTier);
  const diagnostics = [
    ...checked.diagnostics.map((diagnostic) => misplacedSection(diagnostic, node)),
    ...[tier, via, login, covers].flatMap((part) => part?.diagnostics ?? []),
  ];
  const gaps = [checked, via, login, tier].flatMap((part) => part?.gaps ?? []);
  const problem = gapProblem(id, gaps, diagnostics, context.now);
  const config = checked.value ?? module.config.safeParse(plainValue(own, standIn)).data;
  return {
    made: {
      // A source with a problem is never opened: its config only shows what it would provide.
      entry: definite({
        id,
        type: module.type,
        config,
        via: via?.value,
        login: login?.value,
        tier: tier?.value,
        covers: covers?.value,
        position: key,
        problem,
      }),
      module,
      config,
    },
    diagnostics: [...diagnostics, ...gapWarnings(gaps, `source ${id} is disabled`)],
  };
};

/** Builds the sources of a profile, each checked with the schema of its type. */
export const buildSources = (tree: MapNode, context: BuildContext): BuildResult<readonly BuiltSource[]> => {
  const section = childOf(tree, 'sources');
  if (section === undefined) return { made: [], diagnostics: [] };
  if (section.is !== 'map') {
    const what = `sources: expected a map, found ${nodeNoun(section)}`;
    return { made: [], diagnostics: [errorAt(section.position, what, 'write NAME: { type: …, … }')] };
  }
  const built = [...section.entries].map(([id, { key, value }]) => build(id, key, value, context));
  const made = built.map((buildResult) => buildResult.made);
  return {
    made,
    diagnostics: [
      ...built.flatMap((buildResult) => buildResult.diagnostics),
      ...viaDiagnostics(section, made),
    ],
  };
};

/** Reports sources whose tier is stricter than the environment's: only the environment's gates apply. */
export const stricterSources = (sources: readonly BuiltSource[], env: Tier): readonly Diagnostic[] =>
  sources.flatMap(({ entry: { id, tier, position } }) =>
    tier === undefined || !isStricter(tier, env)
      ? []
      : [
          errorAt(
            position,
            `source ${id} leads to tier ${tier}, but this environment has the gates of tier ${env}`,
            `move the source to an environment of tier ${tier}`,
          ),
        ],
  );
