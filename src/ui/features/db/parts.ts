import { paneStateOf } from '../../model.ts';
import type { NoteAsk } from '../../panes/notes.ts';
import type { View } from '../../view.ts';
import type { SessionRow } from './rows.ts';

/** What a server tells of itself besides its sessions, a part at a time. */
export interface DbPart {
  /** The feed's name. */
  readonly name: string;
  readonly title: string;
}

export const dbParts: readonly DbPart[] = [
  { name: 'statements', title: 'slow statements, by their mean' },
  { name: 'locks', title: 'locks that are waited for' },
  { name: 'tuples', title: 'dead rows and how tables are read' },
  { name: 'sizes', title: 'sizes' },
  { name: 'settings', title: 'settings, and those that wait for a restart' },
  { name: 'replication', title: 'replication' },
];

const [firstPart] = dbParts;

/** The part that `t` has come to. */
export const partOf = (view: View): DbPart =>
  dbParts[(paneStateOf(view.ui, 'db').chosen?.part ?? 0) % dbParts.length] ??
  firstPart ?? { name: 'statements', title: '' };

export const dbAsks = (view: View, { fact }: SessionRow): readonly NoteAsk[] => [
  { source: fact.source, name: partOf(view).name },
];
