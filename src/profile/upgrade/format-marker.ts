import { isMap, isScalar } from 'yaml';
import { profileFormat } from '../shape/sections.ts';
import type { UpgradeStep } from './step.ts';

/** Adds `opsdeck: 1` as the first key of an environment that has none. */
export const formatMarker: UpgradeStep = {
  id: 'format-marker',
  format: 1,
  title: 'the profile does not name the version of the profile format',
  find: ({ document: { contents: root }, text, isMarked }) => {
    const none = { changes: [], notes: [] };
    if (isMarked || !isMap(root) || !root.has('env')) return none;
    const first = root.items[0]?.key;
    if (!isScalar(first) || first.range == null || root.range == null) return none;
    const [start] = first.range;
    const marker = `opsdeck: ${profileFormat}`;
    // Not a byte order mark, which may precede the first key.
    const indentation = /[ \t]*$/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start))?.[0] ?? '';
    const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    const added = root.flow === true ? `${marker}, ` : `${marker}${lineEnd}${indentation}`;
    return {
      changes: [
        {
          at: start,
          what: `add ${marker}, the version of the profile format`,
          edits: [{ start, end: start, text: added }],
          values: [{ path: ['opsdeck'], value: profileFormat }],
        },
      ],
      notes: [],
    };
  },
};
