import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { listedRows, readCatalogue } from '../../../scripts/coverage/catalogue.ts';
import { type ListedPlace, listedPlaces, type Shown, shownFile } from '../../../scripts/coverage/shown.ts';
import { claimsOf } from '../../../scripts/coverage/written.ts';
import type { Profile } from '../../../src/domain/profile/profile.ts';
import { shippedProfile } from '../../profile/support/shipped-profile.ts';
import { openCockpitIn, type SimulatedCockpit } from '../../simulation/cockpit.ts';
import { openSimulation } from '../../simulation/simulation.ts';
import { enter, esc } from '../../support/cockpit-verbs.ts';

/** The most screens that one of these lists has. */
const mostScreens = 6;

/** A screen as one text, without frames and repeated blanks. */
const flatText = (screen: readonly string[]): string =>
  screen.join(' ').replaceAll(/[\s│║┃▌─═╭╮╰╯╔╗╚╝]+/g, ' ');

/** The texts of all screens of a list, from its top to its end. */
const textOfList = async (cockpit: SimulatedCockpit, list: ListedPlace): Promise<string> => {
  await cockpit.keys(':', ...list, enter);
  const texts: string[] = [];
  for (let screen = 0; screen < mostScreens; screen += 1) {
    await cockpit.simulation.wait(200);
    const text = flatText(cockpit.pty.screen());
    if (text === texts.at(-1)) break;
    texts.push(text);
    cockpit.pty.press('\x1b[6~');
  }
  await cockpit.keys(esc);
  return texts.join('\n');
};

const zLinks = z.object({
  links: z.array(z.object({ id: z.string().optional(), title: z.string() })).optional(),
});

/** The titles of links by ID, as they are written: a profile has no link whose address is a variable without a value. */
const linkTitles = async (system: string): Promise<ReadonlyMap<string, string>> => {
  const files = (await readdir(`profiles/${system}`)).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(`profiles/${system}/${file}`, 'utf8')));
  return new Map(
    texts.flatMap((text) => {
      const { data } = zLinks.safeParse(parse(text, { merge: true }));
      return (data?.links ?? []).map(({ id, title }) => [id ?? title, title] as const);
    }),
  );
};

/** The text that the list shows of an entry: its title, or the name and the address of a contact. */
const entryText = (
  profile: Profile,
  titles: ReadonlyMap<string, string>,
  path: string,
): string | undefined => {
  const [section, ...rest] = path.split('.');
  const id = rest.join('.');
  switch (section) {
    case 'severities':
      return profile.severity?.severities.find((severity) => severity.id === id)?.title;
    case 'escalation':
      return profile.escalation?.find((level) => level.id === id)?.title;
    case 'contacts':
      return profile.contacts.find((contact) => contact.id === id)?.name;
    case 'links':
      return titles.get(id);
    default:
      return undefined;
  }
};

/**
 * The listed rows of an environment whose entry the cockpit shows in its list, by the list. They are written to the directory of
 * the traces, if there is one.
 */
const shownRows = async (env: string): Promise<Shown> => {
  const [system = '', name = ''] = env.split('/');
  const [profile, titles, claims] = await Promise.all([
    shippedProfile(env),
    linkTitles(system),
    claimsOf(system),
  ]);
  await using simulation = openSimulation();
  await using cockpit = await openCockpitIn(simulation, ['--env', env, '--rehearse'], [200, 60]);
  await cockpit.sees(/All clear/);
  const lists = [...new Set(Object.values(listedPlaces))];
  const texts = new Map<ListedPlace, string>();
  for (const list of lists) texts.set(list, await textOfList(cockpit, list));
  const shown = [...(claims.get(name) ?? [])].flatMap(([path, ids]) => {
    const text = entryText(profile, titles, path);
    return ids.flatMap((id): readonly (readonly [string, ListedPlace])[] => {
      const list = listedPlaces[/-([A-Z]{2})\d+$/.exec(id)?.[1] ?? ''];
      if (list === undefined || text === undefined || text === '') return [];
      return texts.get(list)?.includes(text.replaceAll(/\s+/g, ' ')) === true ? [[id, list]] : [];
    });
  });
  const rows = Object.fromEntries(shown);
  const dir = process.env.OPSDECK_COVERAGE;
  if (dir !== undefined) await writeFile(join(dir, shownFile(system)), JSON.stringify(rows));
  return rows;
};

/** The severities, escalation levels, contacts and links of an environment that no list shows. */
export const hiddenRows = async (env: string): Promise<readonly string[]> => {
  const [catalogue, shown] = await Promise.all([readCatalogue(), shownRows(env)]);
  const rows = listedRows(catalogue, env.split('/')[0] ?? '').map(({ id }) => id);
  return rows.filter((id) => shown[id] === undefined);
};
