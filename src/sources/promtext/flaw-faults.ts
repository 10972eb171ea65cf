import type { Fault } from '../../sdk.ts';
import type { Instance } from './instance.ts';
import { Flaws } from './scan/flaws.ts';
import type { Page } from './scan/page.ts';

const told = 5;

/** The first few lines of a page that are not as they should be, a `malformed` fault each, and how many more there are. */
export const flawFaults = ({ endpoint }: Instance, page: Page, twice = new Flaws()): readonly Fault[] => {
  const first = [...page.flaws, ...twice.first].slice(0, told);
  const more = page.flawCount + twice.count - first.length;
  const lines = first.map(({ line, what }) => `line ${line}: ${what}`);
  if (more > 0) lines.push(`and ${more} more`);
  return lines.map((line) => endpoint.say('malformed', '', line));
};
