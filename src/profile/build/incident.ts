import { defined } from '../../domain/base/defined.ts';
import {
  type IncidentResponse,
  unknownUpdateVariables,
  updateVariables,
} from '../../domain/incidents/incident-response.ts';
import type { SourceEntry } from '../../domain/profile/profile.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { checkNode } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, nearestNode, type YamlNode } from '../document/tree.ts';
import { zIncidentResponse } from '../shape/incident.ts';
import { type BuildResult, gapWarnings } from './context.ts';

type Sources = readonly Pick<SourceEntry, 'id' | 'type' | 'config'>[];

/** Reports a source that does not exist or has another type. */
const sourceDiagnostics = (
  node: YamlNode,
  path: readonly string[],
  { id, type }: { readonly id: string | undefined; readonly type: string },
  sources: Sources,
): readonly Diagnostic[] => {
  if (id === undefined) return [];
  const { position } = nearestNode(node, path);
  const label = `incident.${path.join('.')}`;
  const found = sources.find((source) => source.id === id);
  const fitting = sources.filter((source) => source.type === type).map((source) => source.id);
  if (found === undefined)
    return [
      errorAt(
        position,
        `${label}: no source is called "${id}"`,
        didYouMean(id, fitting, `add a source of type ${type}`),
      ),
    ];
  return found.type === type
    ? []
    : [
        errorAt(
          position,
          `${label}: source ${id} is of type ${found.type}, not ${type}`,
          fitting.length === 0 ? `add a source of type ${type}` : `write one of ${fitting.join(', ')}`,
        ),
      ];
};

const isWebhook = (source: string, sources: Sources): boolean => {
  const config = sources.find(({ id }) => id === source)?.config;
  return typeof config === 'object' && config !== null && 'webhook' in config;
};

/** Builds the sources that an incident is reported to. Undefined when the profile has none. */
export const buildIncident = (tree: MapNode, sources: Sources): BuildResult<IncidentResponse | undefined> => {
  const node = childOf(tree, 'incident');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zIncidentResponse(), node, { under: ['incident'] });
  const gapped = gapWarnings(gaps, 'opsdeck records incidents, but posts them nowhere');
  if (value === undefined || gaps.length > 0)
    return { made: undefined, diagnostics: [...diagnostics, ...gapped] };
  const { updates, pager, tracker } = value;
  const variables = unknownUpdateVariables(updates?.template ?? '').map((name) =>
    errorAt(
      nearestNode(node, ['updates', 'template']).position,
      `incident.updates.template: unknown variable {${name}}`,
      didYouMean(name, updateVariables),
    ),
  );
  return {
    made: {
      ...(updates === undefined
        ? {}
        : {
            updates: {
              ...updates,
              ...(isWebhook(updates.source, sources) ? { isWebhook: true as const } : {}),
            },
          }),
      ...defined({ pager, tracker }),
    },
    diagnostics: [
      ...diagnostics,
      ...sourceDiagnostics(node, ['updates', 'source'], { id: updates?.source, type: 'slack' }, sources),
      ...sourceDiagnostics(node, ['pager'], { id: pager, type: 'pagerduty' }, sources),
      ...sourceDiagnostics(node, ['tracker'], { id: tracker, type: 'github' }, sources),
      ...variables,
    ],
  };
};
