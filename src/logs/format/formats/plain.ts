import type { Format } from './format.ts';

/** What heads are put together with: nobody misses it. */
const signsBefore = /^[\s[\](){}<>|:,-]+/;
const signsBehind = /[\s[({<|:,-]+$/;
/** Between a time and its level: threads in brackets, numbers, signs. */
const between = /^[\s\])>|:-]*(?:(?:\[[^\]]*\]|\d+(?!\d))[\s|-]*)*[[<(|\s-]*$/;

const bare = (text: string): string => text.replace(signsBehind, '').replace(/^[\s\])>|:-]+/, '');

/**
 * A line of no known format, with a time or a level at its beginning: these are cut off, and what else stood there goes
 * in front of the message.
 * Undefined: there is neither.
 */
export const plain: Format = ({ before, rest, levelFrom, levelTo, levelBefore, stamp }) => {
  const lead = rest.slice(0, levelFrom);
  const isAhead = levelTo > 0 && between.test(lead);
  if (stamp === '' && (!isAhead || /[a-z]/.test(rest.slice(levelFrom, levelTo)))) return undefined;
  const said = isAhead ? rest.slice(levelTo) : rest;
  // Ruby's logger begins with the letter of its level.
  const kept = before
    .replace(levelBefore, '')
    .replace(/^[DIWEFA], /, '')
    .replace(signsBefore, '');
  const parts = [bare(kept), isAhead ? bare(lead) : '', said.replace(/^[\s\])>|:-]+/, '')];
  return { format: 'plain', message: parts.filter((part) => part !== '').join(' '), fields: [] };
};
