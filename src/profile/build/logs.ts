import type { LogSettings, LogView } from '../../domain/profile/profile.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { checkNode, definite } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';
import { zLogSettings, zLogView } from '../shape/logs.ts';
import type { BuiltSource } from './context.ts';
import { type BuildResult, gapWarnings } from './context.ts';
import { buildList } from './lists.ts';

/** Default retention. */
const defaultKeep: LogSettings['keep'] = { lines: 1_000_000, bytes: 128 * 1024 * 1024 };

interface BuiltLogs {
  readonly views: readonly LogView[];
  /** Undefined when the profile configures only log views. */
  readonly settings: LogSettings | undefined;
}

const textsIn = (node: YamlNode | undefined): readonly (YamlNode & { readonly is: 'scalar' })[] =>
  node?.is === 'list' ? node.items.filter((item) => item.is === 'scalar') : [];

const mapsOf = (node: YamlNode | undefined): readonly MapNode[] =>
  node?.is === 'list' ? node.items.filter((item) => item.is === 'map') : [];

/** Reports a log source that does not exist or has no lines. */
const sourceDiagnostics = (
  node: YamlNode | undefined,
  label: string,
  sources: readonly BuiltSource[],
): readonly Diagnostic[] => {
  if (node?.is !== 'scalar' || typeof node.value !== 'string' || node.gaps !== undefined) return [];
  const id = node.value;
  const source = sources.find(({ entry }) => entry.id === id);
  const tailing = sources.filter(({ module }) => module?.hasTails === true).map(({ entry }) => entry.id);
  if (source === undefined) {
    const todo = didYouMean(
      id,
      tailing.length > 0 ? tailing : sources.map(({ entry }) => entry.id),
      'add the source under sources',
    );
    return [errorAt(node.position, `${label}: no source is called "${id}"`, todo)];
  }
  if (source.module === undefined || source.module.hasTails === true) return [];
  const what = `${label}: ${id} is of type ${source.module.type}, which has no logs`;
  return [
    errorAt(
      node.position,
      what,
      tailing.length > 0
        ? `name a source that has logs: ${tailing.join(', ')}`
        : 'remove the source from this list',
    ),
  ];
};

const buildViews = (logs: MapNode, sources: readonly BuiltSource[]): BuildResult<readonly LogView[]> => {
  const { made, diagnostics } = buildList(logs, 'views', zLogView(), 'name', 'view');
  const ofDiagnostics = mapsOf(childOf(logs, 'views')).flatMap((view) =>
    mapsOf(childOf(view, 'of')).flatMap((map) =>
      sourceDiagnostics(childOf(map, 'source'), 'logs.views of', sources),
    ),
  );
  return {
    made: made.map(({ covers, ...view }) => (covers.length === 0 ? view : { ...view, covers })),
    diagnostics: [...diagnostics, ...ofDiagnostics],
  };
};

/** Reports signals that count the lines of an unknown view: they would stay at zero forever. */
const countedDiagnostics = (tree: MapNode): readonly Diagnostic[] => {
  const logs = childOf(tree, 'logs');
  const names =
    logs?.is === 'map' ? mapsOf(childOf(logs, 'views')).flatMap((view) => textAt(view, 'name') ?? []) : [];
  return mapsOf(childOf(tree, 'signals')).flatMap((signal) => {
    const read = childOf(signal, 'read');
    const lines = read?.is === 'map' ? childOf(read, 'lines') : undefined;
    if (lines?.is !== 'scalar' || typeof lines.value !== 'string' || names.includes(lines.value)) return [];
    if (lines.gaps !== undefined) return [];
    const what = `${textAt(signal, 'id') ?? 'a signal'}: no log view is called "${lines.value}"`;
    return [errorAt(lines.position, what, didYouMean(lines.value, names, 'add the view under logs.views'))];
  });
};

/** Builds `logs:` of a profile, view by view: an invalid view does not affect the others. */
export const buildLogs = (tree: MapNode, sources: readonly BuiltSource[]): BuildResult<BuiltLogs> => {
  const logs = childOf(tree, 'logs');
  const counted = countedDiagnostics(tree);
  if (logs === undefined) return { made: { views: [], settings: undefined }, diagnostics: counted };
  const outer = checkNode(zLogSettings(), logs, { under: ['logs'] });
  if (logs.is !== 'map') return { made: { views: [], settings: undefined }, diagnostics: outer.diagnostics };
  const views = buildViews(logs, sources);
  const named = textsIn(childOf(logs, 'sources')).flatMap((node) =>
    sourceDiagnostics(node, 'logs.sources', sources),
  );
  const { keep, levels = {}, zone = 'utc', views: _, ...rest } = outer.value ?? {};
  const saysMore = [...logs.entries.keys()].some((key) => key !== 'views');
  const settings: LogSettings = definite({
    ...rest,
    levels: definite(levels),
    zone: zone === 'local' ? 'local' : 'utc',
    ...(zone === 'local' || zone === 'utc' ? {} : { timeZone: zone }),
    keep: { ...defaultKeep, ...definite(keep ?? {}) },
  });
  return {
    made: { views: views.made, settings: saysMore ? settings : undefined },
    diagnostics: [
      ...outer.diagnostics,
      ...gapWarnings(outer.gaps, 'opsdeck ignores this entry under logs'),
      ...views.diagnostics,
      ...named,
      ...counted,
    ],
  };
};
