import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A list of the cockpit that shows rows without a class. */
export type ListedPlace = 'severities' | 'contacts' | 'links';

/** The list that shows a row, by the letters of its ID: severities, escalation levels, contacts, links. */
export const listedPlaces: Readonly<Record<string, ListedPlace>> = {
  SV: 'severities',
  ES: 'contacts',
  CT: 'contacts',
  LK: 'links',
};

/** Name of the file with the rows of a system that its lists have shown. */
export const shownFile = (system: string): string => `${system}.shown.json`;

/** The list that has shown a row, by ID. */
export type Shown = Readonly<Record<string, ListedPlace>>;

const zShown = z.record(z.string(), z.enum(['severities', 'contacts', 'links']));

/** The rows that the lists of a system have shown, by ID. Empty: no test has opened the lists. */
export const readShown = async (dir: string, system: string): Promise<Shown> => {
  const text = await readFile(join(dir, shownFile(system)), 'utf8').catch(() => '{}');
  return zShown.parse(JSON.parse(text));
};
