import type { Fault } from '../../domain/base/fault.ts';
import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed } from '../kit/contract/source.ts';
import type { FileContext } from './file-context.ts';
import { filesMatching, isOldEnough } from './file-context.ts';
import { fileFeed } from './signal-feed.ts';

/** Number of lines that are shown, the last ones. */
const shownLines = 50;

/** The end of a file that is read for them. */
const tailBytes = 64 * 1024;

/** The last lines of a part of a file; a part that does not begin at the start begins in the middle of a line. */
const lastLines = (raw: string, isWhole: boolean): readonly string[] => {
  const lines = raw.split('\n');
  const complete = isWhole ? lines : lines.slice(1);
  return (complete.at(-1) === '' ? complete.slice(0, -1) : complete).slice(-shownLines);
};

/** The last lines of the newest file that `paths` match, each path on its own; read on demand. */
export const tailFeed = (parts: FileContext): Feed =>
  fileFeed(parts, { name: 'tail', kind: 'notes', onDemand: true }, async (signal): Promise<Reading<Note>> => {
    const items: Note[] = [];
    const faults: Fault[] = [];
    for (const glob of parts.config.paths.map(parts.resolvePath))
      try {
        const matches = await filesMatching(parts.files, glob, signal);
        const newest = matches.filter((file) => isOldEnough(parts, file)).at(-1);
        if (newest === undefined)
          throw new WireError('missing', 'no file matches the path of the source or signal');
        const { raw, whole } = await parts.files.read(
          newest.path,
          { from: 'tail', maxBytes: tailBytes },
          signal,
        );
        const lines = lastLines(raw, whole).map(stripControls);
        const place = parts.endpoint === '' ? newest.path : `${parts.endpoint}: ${newest.path}`;
        items.push({
          source: parts.source,
          at: parts.now(),
          title: `${place}, written ${formatAge(parts.wallNow() - newest.writtenAt)} ago`,
          text: lines.length === 0 ? 'is empty' : lines.join('\n'),
        });
      } catch (error) {
        faults.push(parts.fault(glob, error));
      }
    return { items, faults };
  });
