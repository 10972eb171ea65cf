import type { Note } from '../../domain/facts.ts';
import type { Batch } from '../../domain/reading.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import type { Feed } from '../source.ts';
import { type FamilyCount, familyCounts } from './families.ts';
import { flawFaults } from './flaw-faults.ts';
import { feedOf, type Instance } from './instance.ts';
import { scrapePage } from './scrape.ts';

const textOf = ({ type, samples, help }: FamilyCount): string => {
  const counted = `${type}, ${samples} ${samples === 1 ? 'sample' : 'samples'}`;
  return help.trim() === '' ? counted : `${counted}: ${oneLine(help, 100)}`;
};

/** What is on the page, a note per family: its type, how many samples it has, what it says of itself. Read only when asked. */
export const familiesFeed = (instance: Instance): Feed =>
  feedOf(
    instance,
    { name: 'families', kind: 'notes', onDemand: true },
    async (signal): Promise<Batch<Note>> => {
      try {
        const { page } = await scrapePage(instance, signal);
        const stamp = { source: instance.source, at: instance.now() };
        const who = instance.name === '' ? '' : `${instance.name} `;
        return {
          items: familyCounts(page).map((family) => ({
            ...stamp,
            title: `${who}${oneLine(family.name, 100)}`,
            text: textOf(family),
          })),
          faults: flawFaults(instance, page),
        };
      } catch (error) {
        return { items: [], faults: [instance.fault(error)] };
      }
    },
  );
