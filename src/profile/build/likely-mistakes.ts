import type { Tier } from '../../domain/profile/profile.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { isProduction } from '../../runs/policy/tiers.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import { foreignReference } from '../document/foreign-reference.ts';
import {
  childOf,
  itemsOf,
  type MapNode,
  type ScalarNode,
  scalarsIn,
  textAt,
  type YamlNode,
} from '../document/tree.ts';
import { mapItems } from './context.ts';

type SourceModules = ReadonlyMap<string, Pick<SourceModule, 'urlParameters'>>;

/** A URL with a user and a password. */
const passwordInUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i;

/** An address or a path whose query has a password or a token. */
const passwordInQuery =
  /^(?:[a-z][a-z0-9+.-]*:\/)?\/\S*[?&](?:\w*password|passwd|pwd|(?:(?:access|auth|api|bearer)_)?token|api[-_]?key|(?:client_)?secret)=[^&#\s]/i;

/** Warns of passwords in the addresses of sources: a profile is committed, shared and printed. */
const plainPasswordWarnings = (tree: MapNode): readonly Diagnostic[] => {
  const sources = childOf(tree, 'sources');
  if (sources?.is !== 'map') return [];
  return [...sources.entries].flatMap(([id, { value: source }]) =>
    scalarsIn(source).flatMap(({ value, position, isResolved, outside }): readonly Diagnostic[] => {
      if (isResolved === true || outside !== undefined) return [];
      if (typeof value !== 'string') return [];
      if (!passwordInUrl.test(value) && !passwordInQuery.test(value)) return [];
      const name = `${id.replaceAll(/\W/g, '_').toUpperCase()}_URL`;
      const what = `${id}: the password stands in the address, visible to every reader of the profile`;
      const todo = `write \${env:${name}}, or \${exec:COMMAND} of a password manager`;
      return [{ position, severity: 'warning', isRefused: true, what, todo }];
    }),
  );
};

/** Keys of sources whose value is a secret. */
const secretKey = /^(?:bearer|token|password|passwd|secret|secretKey|secretAccessKey|api[-_]?key)$/i;

/** The texts of secrets that are written in a source, with their keys. */
const writtenSecrets = (node: YamlNode): readonly { readonly key: string; readonly node: ScalarNode }[] => {
  if (node.is === 'list') return node.items.flatMap(writtenSecrets);
  if (node.is === 'scalar') return [];
  return [...node.entries].flatMap(([key, { value }]) => {
    if (value.is !== 'scalar') return writtenSecrets(value);
    const isWritten = typeof value.value === 'string' && value.value !== '' && value.isResolved !== true;
    return isWritten && value.outside === undefined && value.gaps === undefined && secretKey.test(key)
      ? [{ key, node: value }]
      : [];
  });
};

/** Warns of tokens and passwords that are written in a source. */
const plainSecretWarnings = (tree: MapNode): readonly Diagnostic[] => {
  const sources = childOf(tree, 'sources');
  if (sources?.is !== 'map') return [];
  return [...sources.entries].flatMap(([id, { value: source }]) =>
    writtenSecrets(source).flatMap(({ key, node }): readonly Diagnostic[] => {
      if (foreignReference(node) !== undefined) return [];
      const name = `${id}_${key}`.replaceAll(/\W/g, '_').toUpperCase();
      const what = `${id}: the ${key} stands in the profile, visible to every reader`;
      const todo = `write \${env:${name}}, or \${exec:COMMAND} of a password manager`;
      return [{ position: node.position, severity: 'warning', what, todo }];
    }),
  );
};

/** Warns of values in sources and vars that are references in other tools, and plain text here. */
const foreignReferences = (tree: MapNode): readonly Diagnostic[] =>
  ['sources', 'vars', 'state'].flatMap((section) => {
    const node = childOf(tree, section);
    return (node === undefined ? [] : scalarsIn(node)).flatMap((scalar): readonly Diagnostic[] => {
      const words = scalar.isResolved === true ? undefined : foreignReference(scalar);
      return words === undefined ? [] : [{ position: scalar.position, severity: 'warning', ...words }];
    });
  });

/** The names in the query of an address, and its fragment. */
const partsAfterPath = (url: string): readonly string[] => {
  const [whole = '', fragment] = url.split('#', 2);
  const mark = whole.indexOf('?');
  const query = new URLSearchParams(mark === -1 ? '' : whole.slice(mark));
  return [...new Set(query.keys()), ...(fragment === undefined ? [] : ['#'])];
};

/** Warns of parts of an address that its source type does not read: they look as if they had an effect. */
const unreadUrlParts = (tree: MapNode, modules: SourceModules): readonly Diagnostic[] => {
  const sources = childOf(tree, 'sources');
  if (sources?.is !== 'map') return [];
  return [...sources.entries].flatMap(([id, { value: source }]): readonly Diagnostic[] => {
    const known = modules.get(textAt(source, 'type') ?? '')?.urlParameters;
    const url = textAt(source, 'url');
    const position = childOf(source, 'url')?.position;
    if (known === undefined || url === undefined || position === undefined) return [];
    const unread = partsAfterPath(url).filter((name) => !known.includes(name));
    if (unread.length === 0) return [];
    const what = `${id}: opsdeck does not read ${unread.join(', ')} in the url`;
    const todo = `remove ${unread.length === 1 ? 'this part' : 'these parts'}${known.length === 0 ? '' : `. The source type reads ${known.join(', ')}`}`;
    return [{ position, severity: 'warning', what, todo }];
  });
};

/**
 * Warns of runbooks of a production environment that act and neither verify nor say that nothing is to be verified: their
 * runs would end without a proof.
 */
const unverifiedRunbooks = (tree: MapNode, tier: Tier): readonly Diagnostic[] =>
  isProduction(tier)
    ? mapItems(tree, 'runbooks').maps.flatMap((node): readonly Diagnostic[] => {
        const acts = itemsOf(childOf(node, 'act')).some((step) => childOf(step, 'use') !== undefined);
        if (!acts || childOf(node, 'verify') !== undefined) return [];
        const what = `${textAt(node, 'id') ?? ''}: verify is missing, so a run cannot show that the action worked`;
        const todo = 'add checks under verify, or write verify: none if nothing can be checked';
        // A draft does not act before a person has reviewed it.
        const reviewed = childOf(node, 'reviewed');
        const isDraft = reviewed?.is === 'scalar' && reviewed.value === false;
        return [
          { position: node.position, severity: 'warning', ...(!isDraft && { isRefused: true }), what, todo },
        ];
      })
    : [];

/** A source that polls more often than this burdens its server, and shows nothing that a person could follow. */
const shortestIntervalMs = 100;

/** Warns of a poll interval of a source, or of one of its entries, that is a unit mistaken for another. */
const tooShortIntervals = (tree: MapNode): readonly Diagnostic[] => {
  const sources = childOf(tree, 'sources');
  if (sources?.is !== 'map') return [];
  return [...sources.entries].flatMap(([id, { value: source }]) =>
    [source, ...itemsOf(childOf(source, 'checks'))].flatMap((node): readonly Diagnostic[] => {
      const text = textAt(node, 'every');
      const position = childOf(node, 'every')?.position;
      const ms = text === undefined ? undefined : parseDuration(text);
      if (ms === undefined || ms >= shortestIntervalMs || position === undefined) return [];
      const what = `${id}: with every: ${text} opsdeck reads the source ${ms === 0 ? 'without a pause' : `${Math.round(1000 / ms)} times a second`}`;
      return [{ position, severity: 'warning', what, todo: 'write every: 1s or more' }];
    }),
  );
};

/** Warns of an http source without an address, a way to one (`via`) and a check, which can never read or send anything. */
const idleHttpSources = (tree: MapNode): readonly Diagnostic[] => {
  const sources = childOf(tree, 'sources');
  if (sources?.is !== 'map') return [];
  return [...sources.entries].flatMap(([id, { value: source }]): readonly Diagnostic[] => {
    const hasAddress = ['url', 'via'].some((key) => childOf(source, key) !== undefined);
    if (textAt(source, 'type') !== 'http' || hasAddress) return [];
    if (itemsOf(childOf(source, 'checks')).length > 0) return [];
    const what = `${id}: the source reads nothing without one of url, via and checks`;
    const todo = 'add checks: [{ service: NAME, url: http://HOST:PORT/PATH }]';
    return [{ position: source.position, severity: 'warning', what, todo }];
  });
};

/** The keys that name an environment and show nothing. */
const namingKeys: ReadonlySet<string> = new Set(['opsdeck', 'system', 'env', 'title', 'tier', 'color']);

/** Warns of a valid profile that declares nothing: a cockpit would show nothing, and `check` nothing wrong. */
export const emptyProfile = (tree: MapNode): readonly Diagnostic[] => {
  if ([...tree.entries.keys()].some((key) => !namingKeys.has(key))) return [];
  const what = 'the profile declares no sources, so opsdeck reads nothing';
  return [{ position: tree.position, severity: 'warning', what, todo: 'add a source under sources' }];
};

export const likelyMistakes = (tree: MapNode, tier: Tier, modules: SourceModules): readonly Diagnostic[] => [
  ...plainPasswordWarnings(tree),
  ...plainSecretWarnings(tree),
  ...foreignReferences(tree),
  ...unreadUrlParts(tree, modules),
  ...tooShortIntervals(tree),
  ...idleHttpSources(tree),
  ...unverifiedRunbooks(tree, tier),
];
