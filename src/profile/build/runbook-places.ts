import type { RunbookPlace } from '../../domain/runbooks/runbook-page.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { checkNode, definite } from '../document/check.ts';
import { resolveBeside } from '../document/layers.ts';
import { placesSection } from '../document/runbook-places.ts';
import type { MapNode } from '../document/tree.ts';
import { zRunbookFetch, zRunbookFolder } from '../shape/runbook-place.ts';
import { type BuildResult, gapWarnings, mapItems } from './context.ts';

/** Builds the places of linked runbook pages. One with a reference without a value is skipped with a warning. */
export const buildRunbookPlaces = (tree: MapNode): BuildResult<readonly RunbookPlace[]> => {
  const { maps } = mapItems(tree, placesSection);
  const made: RunbookPlace[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [i, node] of maps.entries()) {
    const isFolder = node.entries.has('folder');
    const label = `runbooks ${isFolder ? 'folder' : 'fetch'}[${i}]`;
    const checked = isFolder
      ? checkNode(zRunbookFolder(), node, { label })
      : checkNode(zRunbookFetch(), node, { label });
    const { value, gaps } = checked;
    diagnostics.push(
      ...checked.diagnostics,
      ...gapWarnings(gaps, 'opsdeck finds no runbook pages at this place'),
    );
    if (value === undefined || gaps.length > 0) continue;
    made.push(
      'folder' in value
        ? definite({ ...value, folder: resolveBeside(node.position.file, value.folder) })
        : definite(value),
    );
  }
  return { made, diagnostics };
};
