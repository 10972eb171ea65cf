import type { Note } from '../../../domain/facts/facts.ts';
import type { FeedState } from '../../../domain/facts/reading.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { faultSentence, faultStyle } from '../state/fault-text.ts';
import { boundKey } from '../state/keys-in-text.ts';

/** A request for notes: a feed of a source that is read for display, usually on demand. */
export interface NoteRequest {
  readonly source: string;
  /** The feed's name: 'statements', 'events'. */
  readonly name: string;
  /** Restricts the request to one instance. */
  readonly instance?: string;
}

/** The feeds with that name, one per instance. */
const feedsOf = ({ own }: RenderContext, { source, name, instance }: NoteRequest): readonly FeedState[] =>
  Object.values(own?.facts.feeds ?? {}).filter(
    ({ feed }) =>
      feed.kind === 'notes' &&
      feed.source === source &&
      feed.name === name &&
      (instance === undefined || (feed.instance ?? '') === instance),
  );

const isNote = (item: object): item is Note => 'title' in item && 'text' in item;

/** Ids of the requested feeds that are read only on demand. */
export const onDemandFeedIds = (view: RenderContext, asks: readonly NoteRequest[]): readonly string[] =>
  asks
    .flatMap((ask) => feedsOf(view, ask))
    .filter(({ feed }) => feed.everyMs === 0)
    .map(({ feed }) => feed.id);

/** The latest notes that match `about`. */
export const latestNotes = (
  view: RenderContext,
  ask: NoteRequest,
  about: (note: Note) => boolean,
): readonly Note[] =>
  feedsOf(view, ask)
    .flatMap(({ known }) => known?.items ?? [])
    .filter(isNote)
    .filter(about);

const stateLine = (
  view: RenderContext,
  { feed, doing, known, faults }: FeedState,
): StyledLine | undefined => {
  const { pen, own, now } = view;
  const [fault] = faults;
  if (doing.is === 'reading' && known === undefined) {
    const spent = (Math.max(0, now - doing.since) / 1000).toFixed(1);
    const text = ` loading ${feed.name} from ${feed.source}, ${spent}s of ${formatDuration(feed.timeoutMs)}`;
    return [pen.run('     '), pen.glyph('loading', 'loading'), pen.run(text, 'loading')];
  }
  if (fault === undefined || own === undefined) return undefined;
  const { glyph, role } = faultStyle(fault.kind);
  return [
    pen.run('     '),
    pen.glyph(glyph, role),
    pen.run(` ${faultSentence(fault, own.facts, now, boundKey(view.cockpit, 'ask', 'r'))}`, role),
  ];
};

/**
 * A section of the details: its title with the age of the data, then one line per note or the state (loading,
 * failed, not loaded, none). Empty if the source has no such feed.
 */
export const renderNotes = (
  view: RenderContext,
  title: string,
  ask: NoteRequest,
  about: (note: Note) => boolean,
  textOf: (note: Note) => string = (note) => `${note.title}  ${note.text}`,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const feeds = feedsOf(view, ask);
  if (feeds.length === 0) return [];
  const [oldest] = feeds.flatMap(({ known }) => known?.at ?? []).toSorted((a, b) => a - b);
  const age = oldest === undefined ? '' : `, ${formatAge(now - oldest)} ago`;
  const states = feeds.map((state) => stateLine(view, state)).filter((line) => line !== undefined);
  const lines = latestNotes(view, ask, about).flatMap((note) =>
    pen
      .maskText(textOf(note))
      .split('\n')
      .map((text): StyledLine => [pen.run(`     ${text}`)]),
  );
  const none = oldest === undefined ? `not loaded · ${boundKey(view.cockpit, 'ask', 'r')} load` : 'none';
  return [
    [pen.run(`   ${title}${age}`, 'faint')],
    ...lines,
    ...states,
    ...(lines.length === 0 && states.length === 0 ? [[pen.run(`     ${none}`, 'faint')]] : []),
  ];
};
