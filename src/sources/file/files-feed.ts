import { ageText } from '../../domain/duration.ts';
import type { Note } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import { WireError } from '../../platform/failures.ts';
import type { Feed } from '../source.ts';
import { fileFeed } from './feed.ts';
import { isMeant, matchesOf } from './locate.ts';
import type { FileParts } from './parts.ts';

/** A runbook's step shows this many, the newest first. */
const shown = 20;

/** The files that `paths` match, newest first, with size and age: read only when somebody asks. */
export const filesFeed = (parts: FileParts): Feed =>
  fileFeed(parts, { name: 'files', kind: 'notes', onDemand: true }, async (signal): Promise<Batch<Note>> => {
    const items: Note[] = [];
    const faults: Fault[] = [];
    for (const glob of parts.config.paths.map(parts.place))
      try {
        const matches = await matchesOf(parts.files, glob, signal);
        if (matches.length === 0) throw new WireError('missing', 'no file matches');
        const meant = matches.filter((file) => isMeant(parts, file));
        for (const { path, sizeBytes, writtenAt } of [...meant].reverse().slice(0, shown))
          items.push({
            source: parts.source,
            at: parts.now(),
            title: parts.end === '' ? path : `${parts.end}: ${path}`,
            text: `${sizeBytes} bytes, written ${ageText(parts.wallNow() - writtenAt)} ago`,
          });
      } catch (error) {
        faults.push(parts.fault(glob, error));
      }
    return { items, faults };
  });
