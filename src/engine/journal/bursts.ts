import { rank, worst } from '../../domain/level.ts';
import { type Change, stepOf } from './change.ts';

/** More than so many things of one kind at one moment are told as one. */
const toldSingly = 4;
/** So many of them are named, and so many different steps of theirs are told. */
const named = 3;
/** Entries of one moment, whatever happens. */
const mostAtOnce = 20;

const plural = (noun: string): string => (noun.endsWith('s') ? `${noun}es` : `${noun}s`);

/** 'OK → OOMKilled 9,000, OK → restarts 12 and 3 others' */
const stepsOf = (changes: readonly Change[]): string => {
  const counts = [...Map.groupBy(changes, stepOf)].toSorted(([, a], [, b]) => b.length - a.length);
  const told = counts
    .slice(0, named)
    .map(([step, same]) => (counts.length === 1 ? step : `${step} ${same.length}×`));
  const others = counts.length - told.length;
  return `${told.join(', ')}${others > 0 ? ` and ${others} other changes` : ''}`;
};

const nameOf = ({ noun, what }: Change): string =>
  what.startsWith(`${noun} `) ? what.slice(noun.length + 1) : what;

const folded = (changes: readonly Change[], first: Change): Change => {
  const names = changes.slice(0, named).map(nameOf).join(', ');
  const more = changes.length - named;
  const { at, kind, noun, source } = first;
  return {
    at,
    kind,
    noun,
    what: `${changes.length} ${plural(noun)}`,
    from: '',
    to: stepsOf(changes),
    why: `${names}${more > 0 ? ` and ${more} more` : ''}`,
    level: worst(changes.map(({ level }) => level)),
    source: changes.every((one) => one.source === source) ? source : '',
  };
};

/**
 * The changes of one moment, bounded: many of one kind of thing are one with their number, and what is still too many
 * is announced by its number, the worst kept.
 */
export const foldBursts = (changes: readonly Change[]): readonly Change[] => {
  const groups = Map.groupBy(changes, ({ kind, noun }) => `${kind} ${noun}`);
  const told = [...groups.values()].flatMap((group): readonly Change[] => {
    const [first] = group;
    return first === undefined || group.length <= toldSingly ? group : [folded(group, first)];
  });
  if (told.length <= mostAtOnce) return told;
  const byRank = told.toSorted((a, b) => rank[b.level] - rank[a.level]);
  const rest = byRank.slice(mostAtOnce - 1);
  const [first] = rest;
  if (first === undefined) return told;
  const { at, kind } = first;
  const more: Change = {
    at,
    kind,
    noun: 'change',
    what: `${rest.length} more at once`,
    from: '',
    to: 'too many to tell each',
    level: worst(rest.map(({ level }) => level)),
    source: '',
  };
  return [...byRank.slice(0, mostAtOnce - 1), more];
};
